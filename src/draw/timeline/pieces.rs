//! What a vehicle does at each moment, and how it becomes a bar of pixels.

use super::super::axis::Hours;
use crate::plan::RoutePlan;

/// Columns of a bar: half a pixel each.
pub(super) const COLUMNS: i64 = 2_400;

/// Activities, in the order of their looks in [`LOOKS`]; a break would be one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity {
    Driving,
    Service,
    Waiting,
}

/// Name and colour of each activity. Told apart in grey too, as days are printed.
pub(super) const LOOKS: [(&str, &str); 3] = [
    ("driving", "#aebccb"),
    ("service", "#1b6a8c"),
    ("waiting", "#f0b429"),
];

/// An activity over a stretch of milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) activity: Activity,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// The route's activities, one after the other, loading again as service; what ends before it starts is left out.
pub(super) fn pieces(route: &RoutePlan) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(3 * route.visits.len() + 1);
    let mut now = route.depart.millis();
    let mut until = |activity, time: i64| {
        if time > now {
            pieces.push(Piece {
                activity,
                from: now,
                to: time,
            });
            now = time;
        }
    };
    for (i, visit) in route.visits.iter().enumerate() {
        for reload in route.reloads.iter().filter(|reload| reload.visit == i) {
            until(Activity::Driving, reload.arrive.millis());
            until(Activity::Waiting, reload.start.millis());
            until(Activity::Service, reload.leave.millis());
        }
        until(Activity::Driving, visit.arrive.millis());
        until(Activity::Waiting, visit.start.millis());
        until(Activity::Service, visit.leave.millis());
    }
    until(Activity::Driving, route.back.millis());
    pieces
}

/// Runs of columns with one look: `(look, first column, columns)`.
///
/// A piece thinner than half a pixel would be lost, or be a grey haze of two colours. So each
/// column shows what fills most of it, the earlier of [`LOOKS`] at a tie, and equal neighbours
/// are one run: at most [`COLUMNS`] runs however many stops, and the same everywhere, as it is
/// counted in whole milliseconds.
pub(super) fn runs(pieces: &[Piece], hours: &Hours) -> Vec<(usize, i64, i64)> {
    let step = (hours.length() / COLUMNS).max(1);
    let mut runs: Vec<(usize, i64, i64)> = Vec::new();
    let mut column = 0;
    let mut filled = [0_i64; LOOKS.len()];
    let mut flush = |column: i64, filled: &mut [i64; LOOKS.len()]| {
        let most = filled.iter().copied().max().unwrap_or(0);
        // Less than half a column of anything is nothing.
        if 2 * filled.iter().sum::<i64>() >= step {
            let look = filled.iter().position(|&ms| ms == most).unwrap_or(0);
            match runs.last_mut() {
                Some((last, first, length)) if *last == look && *first + *length == column => {
                    *length += 1;
                }
                _ => runs.push((look, column, 1)),
            }
        }
        *filled = [0; LOOKS.len()];
    };
    for piece in pieces {
        let mut from = (piece.from.saturating_sub(hours.start())).max(0);
        let to = (piece.to.saturating_sub(hours.start())).min(hours.length());
        while from < to {
            let here = from / step;
            if here != column {
                flush(column, &mut filled);
                column = here;
            }
            let end = to.min((here + 1) * step);
            filled[piece.activity as usize] += end - from;
            from = end;
        }
    }
    flush(column, &mut filled);
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::TimeOfDay;

    fn piece(activity: Activity, from: i64, to: i64) -> Piece {
        Piece { activity, from, to }
    }

    /// 24 hours: a column is 36 seconds.
    fn day() -> Hours {
        Hours::around(TimeOfDay::MIDNIGHT, TimeOfDay::hm(24, 0), 1_200.0)
    }

    #[test]
    fn long_pieces_are_themselves() {
        let pieces = [
            piece(Activity::Driving, 0, 3_600_000),
            piece(Activity::Waiting, 3_600_000, 7_200_000),
            piece(Activity::Service, 7_200_000, 86_400_000),
        ];
        assert_eq!(
            runs(&pieces, &day()),
            [(0, 0, 100), (2, 100, 100), (1, 200, 2_200)]
        );
    }

    #[test]
    fn a_column_shows_what_fills_most_of_it() {
        let pieces = [
            piece(Activity::Driving, 0, 10_000),
            piece(Activity::Service, 10_000, 36_000),
            piece(Activity::Driving, 36_000, 54_000),
            piece(Activity::Waiting, 54_000, 72_000),
        ];
        // The second column is a tie.
        assert_eq!(runs(&pieces, &day()), [(1, 0, 1), (0, 1, 1)]);
    }

    #[test]
    fn a_thousand_thin_pieces_are_few_runs() {
        let pieces: Vec<Piece> = (0..86_400)
            .map(|s| {
                let activity = if s % 3 == 0 {
                    Activity::Driving
                } else {
                    Activity::Service
                };
                piece(activity, s * 1_000, (s + 1) * 1_000)
            })
            .collect();
        assert_eq!(runs(&pieces, &day()), [(1, 0, COLUMNS)]);
    }

    #[test]
    fn what_lies_outside_is_cut() {
        let pieces = [piece(Activity::Service, i64::MIN, i64::MAX)];
        assert_eq!(runs(&pieces, &day()), [(1, 0, COLUMNS)]);
        assert!(runs(&[], &day()).is_empty());
    }
}
