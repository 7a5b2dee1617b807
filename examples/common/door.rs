//! What a driver does at a door, beside what the day is told: rests, waits, hands over.

use doorstep::model::{Break, BreakTime};
use doorstep::{Package, ServiceDay, Span, TimeOfDay};

/// When breaks are over that begin at once, or when they may.
pub(crate) fn rested(at: TimeOfDay, pauses: &[Break]) -> TimeOfDay {
    pauses.iter().fold(at, |at, pause| {
        let begin = match pause.when() {
            BreakTime::Between(window) => at.max(window.earliest()),
            _ => at,
        };
        begin + pause.length()
    })
}

/// When the first window opens that is not over.
pub(crate) fn opening(package: &Package, at: TimeOfDay) -> Option<TimeOfDay> {
    let open = package.windows().iter();
    let open = open.filter(|window| at <= window.latest());
    open.map(|window| window.earliest()).min()
}

/// What the request says that the packages of a stop take.
pub(crate) fn service(request: &ServiceDay, packages: &[Package]) -> Span {
    let times = request.service_times();
    let own = |p: &Package| {
        p.service_time()
            .unwrap_or_else(|| times.hand_off(p.hand_off()))
    };
    let stated = packages.iter().all(|p| p.service_time().is_some());
    let parking = if stated {
        times.stated_parking()
    } else {
        times.parking()
    };
    packages
        .iter()
        .map(own)
        .fold(parking, |sum, time| sum + time)
}
