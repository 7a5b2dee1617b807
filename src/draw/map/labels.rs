//! Where on a map there is room for numbers.

/// Side of one cell in pixels: fine enough for the smallest number.
const CELL: f64 = 2.0;

/// A rectangle in pixels of the panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    pub(super) fn around(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self {
            left: x - width / 2.0,
            top: y - height / 2.0,
            width,
            height,
        }
    }
}

/// Which parts of a panel are taken, as a bitmap: its size and the time of a question do not
/// grow with the number of stops, even when a million are at one point.
#[derive(Clone, Debug)]
pub(super) struct Room {
    taken: Vec<bool>,
    columns: usize,
    rows: usize,
}

impl Room {
    pub(super) fn new(width: f64, height: f64) -> Self {
        let (columns, rows) = (cell(width) + 1, cell(height) + 1);
        Self {
            taken: vec![false; columns * rows],
            columns,
            rows,
        }
    }

    /// Whether all of an area is inside the panel and free.
    pub(super) fn is_free(&self, area: Area) -> bool {
        let (right, bottom) = (area.left + area.width, area.top + area.height);
        if area.left < 0.0 || area.top < 0.0 {
            return false;
        }
        if cell(right) >= self.columns || cell(bottom) >= self.rows {
            return false;
        }
        self.rows_of(area)
            .all(|row| !self.taken[row].contains(&true))
    }

    pub(super) fn take(&mut self, area: Area) {
        for row in self.rows_of(area).collect::<Vec<_>>() {
            self.taken[row].fill(true);
        }
    }

    /// Takes the pixels along a straight line.
    pub(super) fn take_line(&mut self, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) {
        let length = (x1 - x0).hypot(y1 - y0);
        let steps = cell(length) + 1;
        for i in 0..=steps {
            let part = i as f64 / steps as f64;
            let at = (x0 + (x1 - x0) * part, y0 + (y1 - y0) * part);
            self.take(Area::around(at.0, at.1, 0.5, 0.5));
        }
    }

    /// The parts of the bitmap's rows that an area covers, cut to the panel.
    fn rows_of(&self, area: Area) -> impl Iterator<Item = std::ops::Range<usize>> {
        let columns = self.columns;
        let (left, top) = (cell(area.left), cell(area.top));
        let right = (cell(area.left + area.width) + 1).min(columns);
        let bottom = (cell(area.top + area.height) + 1).min(self.rows);
        (top..bottom).map(move |row| row * columns + left.min(right)..row * columns + right)
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a panel is a few thousand pixels wide; below zero is zero"
)]
fn cell(pixels: f64) -> usize {
    (pixels / CELL).max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_not_free() {
        let mut room = Room::new(100.0, 50.0);
        let area = Area::around(30.0, 20.0, 10.0, 6.0);
        assert!(room.is_free(area));
        room.take(area);
        assert!(!room.is_free(area));
        assert!(!room.is_free(Area::around(36.0, 20.0, 4.0, 4.0)));
        assert!(room.is_free(Area::around(50.0, 20.0, 10.0, 6.0)));
    }

    #[test]
    fn a_line_takes_what_it_crosses() {
        let mut room = Room::new(100.0, 100.0);
        room.take_line((0.0, 0.0), (99.0, 99.0));
        assert!(!room.is_free(Area::around(50.0, 50.0, 3.0, 3.0)));
        assert!(room.is_free(Area::around(80.0, 20.0, 3.0, 3.0)));
    }

    #[test]
    fn outside_the_panel_nothing_is_free_and_nothing_breaks() {
        let mut room = Room::new(20.0, 20.0);
        for (x, y) in [(-5.0, 5.0), (5.0, -5.0), (25.0, 5.0), (5.0, 25.0)] {
            let area = Area::around(x, y, 4.0, 4.0);
            assert!(!room.is_free(area));
            room.take(area);
        }
        assert!(room.is_free(Area::around(10.0, 10.0, 4.0, 4.0)));
    }
}
