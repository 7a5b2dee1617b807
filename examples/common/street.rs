//! Rules that the data does not state: a lunch break, a limit of duty, rush hours, drivers.

use doorstep::model::{Break, Driver, ServiceDay, Traffic, TravelSpec};
use doorstep::{Error, Money, Span, TimeWindow};

/// The speeds of `--rush`, per cent of those on free roads: a morning and an evening peak.
fn rush_hours() -> Traffic {
    Traffic::free()
        .with_speed(7..9, 65)
        .with_speed(9..10, 80)
        .with_speed(15..16, 80)
        .with_speed(16..19, 60)
}

/// When drivers have their lunch: half an hour that begins in here.
const LUNCH: TimeWindow = TimeWindow::hm((11, 30), (13, 30));

/// Rules for all vehicles of a day.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Street {
    /// Half an hour of break, begun between 11:30 and 13:30, for drivers whose shift goes over that.
    #[arg(long)]
    lunch: bool,
    /// The longest time on duty, hours.
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(i64).range(1..=24))]
    duty: Option<i64>,
    /// Speeds of 65 % from 7 to 9 and of 60 % from 16 to 19, of 80 % from 9 to 10 and 15 to 16.
    #[arg(long)]
    rush: bool,
}

impl Street {
    /// All of them, with ten hours of duty.
    pub(crate) const fn all() -> Self {
        Self {
            lunch: true,
            duty: Some(10),
            rush: true,
        }
    }

    /// The day with these rules.
    ///
    /// # Errors
    ///
    /// What the builder says of a day with them, such as shifts without room for a break.
    pub(crate) fn on(&self, day: &ServiceDay) -> Result<ServiceDay, Error> {
        let mut builder = day.to_builder().edit_vehicles(|vehicles| {
            for (i, vehicle) in vehicles.iter_mut().enumerate() {
                let shift = day.vehicle_shift(i);
                let over_noon =
                    shift.earliest() <= LUNCH.earliest() && LUNCH.latest() <= shift.latest();
                if self.lunch && over_noon {
                    let lunch = Break::between(LUNCH, Span::from_minutes(30));
                    *vehicle = vehicle.clone().with_break(lunch);
                }
                if let Some(hours) = self.duty {
                    *vehicle = vehicle.clone().with_max_duty(Span::from_hours(hours));
                }
            }
        });
        if self.rush {
            let free = day.travel().clone();
            builder = builder.travel(TravelSpec::hourly(free, rush_hours()));
        }
        builder.build()
    }
}

/// The day with as many drivers as vehicles, each of whom may drive any: some cost more an hour,
/// and every third works nine hours at most.
///
/// # Errors
///
/// What the builder says of a day with them.
pub(crate) fn with_drivers(day: &ServiceDay) -> Result<ServiceDay, Error> {
    let drivers = (0..).zip(day.vehicles()).map(|(i, vehicle)| {
        let driver = Driver::new(format!("driver of {}", vehicle.id().as_str()))
            .with_hourly_pay(Money::from_cents(1_900 + 50 * (i % 5)));
        if i % 3 == 2 {
            return driver.with_max_duty(Span::from_hours(9));
        }
        driver
    });
    day.to_builder()
        .drivers(drivers.collect::<Vec<_>>())
        .build()
}
