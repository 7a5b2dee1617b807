//! What is left of a package's windows in the delivery hours.

use crate::model::TimeWindow;

/// The part of `windows` inside the delivery hours, sorted and disjoint.
///
/// No window stated means any time in the delivery hours. Both ends are cut. Windows that overlap
/// or share an end become one.
pub(crate) fn usable(windows: &[TimeWindow], hours: TimeWindow) -> Vec<TimeWindow> {
    if windows.is_empty() {
        return vec![hours];
    }
    let mut cut: Vec<TimeWindow> = windows
        .iter()
        .filter_map(|w| w.intersection(hours))
        .collect();
    cut.sort_unstable_by_key(|w| (w.earliest(), w.latest()));
    let mut merged: Vec<TimeWindow> = Vec::with_capacity(cut.len());
    for window in cut {
        match merged.last_mut() {
            Some(last) if window.earliest() <= last.latest() => {
                *last = TimeWindow::new(last.earliest(), last.latest().max(window.latest()));
            }
            _ => merged.push(window),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::usable;
    use crate::model::TimeWindow;

    const HOURS: TimeWindow = TimeWindow::hm((6, 0), (22, 0));

    fn hm(from: u32, to: u32) -> TimeWindow {
        TimeWindow::hm((from, 0), (to, 0))
    }

    #[test]
    fn both_ends_are_cut_to_the_delivery_hours() {
        assert_eq!(usable(&[], HOURS), [HOURS]);
        assert_eq!(usable(&[hm(4, 8)], HOURS), [hm(6, 8)]);
        assert_eq!(usable(&[hm(20, 24)], HOURS), [hm(20, 22)]);
        assert_eq!(usable(&[hm(0, 30)], HOURS), [HOURS]);
        assert!(usable(&[hm(23, 24)], HOURS).is_empty());
    }

    #[test]
    fn overlapping_and_touching_windows_become_one() {
        let stated = [hm(12, 14), hm(8, 10), hm(10, 11), hm(13, 15)];
        assert_eq!(usable(&stated, HOURS), [hm(8, 11), hm(12, 15)]);
    }
}
