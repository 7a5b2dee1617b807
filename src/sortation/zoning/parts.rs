//! Postal codes to parts: what is moved between zones as a whole.

use std::ops::Range;

use super::ground::{Ground, Point, index, real, whole};
use super::nearest::Nearest;
use super::past::{Known, Past};

/// A postal code with at most this share of a zone's work is one part.
const WHOLE: f64 = 1.0 / 6.0;
/// The share of a zone's work in a part of a larger code: fine enough to balance zones to a few
/// per cent, coarse enough that a zone is a handful of them.
const PART: f64 = 1.0 / 10.0;
/// A part that holds more of a zone's work is cut again.
const COARSE: f64 = 1.0 / 4.0;
/// How often coarse parts are looked for. Each round cuts them to size; what stays coarse after
/// several is a stop too large for any part.
const ROUNDS: usize = 4;

/// A postal code or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// Number of the postal code.
    pub(super) zip: u32,
    /// Its middle.
    pub(super) at: Point,
    /// Milliseconds.
    pub(super) work: i64,
    /// Yesterday's zone.
    pub(super) past: Option<u32>,
}

/// All parts that have stops.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Those of a code are together, codes in their order.
    pub(super) list: Vec<Part>,
    /// The parts of each code.
    pub(super) of_zip: Vec<Range<usize>>,
    /// The part of each stop.
    pub(super) of_stop: Vec<u32>,
    /// Yesterday's zone at the place of each stop.
    pub(super) past: Vec<Option<u32>>,
}

/// A part in the making.
#[derive(Clone, Copy, Debug)]
struct Cell {
    at: Point,
    past: Option<u32>,
}

impl Parts {
    /// Cuts postal codes into parts for zones of about `target` milliseconds each.
    pub(super) fn new(ground: &Ground<'_>, work: &[i64], target: f64, past: &Past<'_>) -> Self {
        let mut parts = Self {
            of_stop: vec![0; ground.len()],
            past: vec![None; ground.len()],
            ..Self::default()
        };
        for (zip, stops) in by_zip(ground).into_iter().enumerate() {
            let cutter = Cutter {
                ground,
                work,
                target,
                stops: &stops,
            };
            let first = parts.list.len();
            cutter.cut(zip, &past.codes[zip], &mut parts);
            parts.of_zip.push(first..parts.list.len());
        }
        parts
    }
}

/// The stops of each postal code, each in the order of the ground.
fn by_zip(ground: &Ground<'_>) -> Vec<Vec<u32>> {
    let mut stops = vec![Vec::new(); ground.codes.len()];
    for (i, &zip) in (0_u32..).zip(&ground.zip) {
        stops[zip as usize].push(i);
    }
    stops
}

/// One postal code.
struct Cutter<'a> {
    ground: &'a Ground<'a>,
    work: &'a [i64],
    target: f64,
    stops: &'a [u32],
}

impl Cutter<'_> {
    fn cut(&self, zip: usize, known: &Known, parts: &mut Parts) {
        let total = self.sum(self.stops);
        let (mut cells, mut dealt) = match known {
            Known::Parts(list) => {
                let cell = |&(at, zone): &(Point, u32)| Cell {
                    at,
                    past: Some(zone),
                };
                let cells: Vec<Cell> = list.iter().map(cell).collect();
                let dealt = self.deal(&cells);
                (cells, dealt)
            }
            known => {
                let past = match known {
                    Known::Whole(zone) => Some(*zone),
                    _ => None,
                };
                if real(total) <= WHOLE * self.target || self.stops.len() < 2 {
                    let at = self.ground.stated[zip].unwrap_or_else(|| self.middle(self.stops));
                    let cells = vec![Cell { at, past }];
                    (cells, vec![self.stops.to_vec()])
                } else {
                    let cells = self.cells(self.stops, past);
                    let dealt = self.deal(&cells);
                    (cells, dealt)
                }
            }
        };
        for (cell, stops) in cells.iter().zip(&dealt) {
            for &stop in stops {
                parts.past[stop as usize] = cell.past;
            }
        }
        for _ in 0..ROUNDS {
            if !self.refine(&mut cells, &mut dealt) {
                break;
            }
        }
        for (cell, stops) in cells.iter().zip(dealt) {
            // Yesterday's part that has no stops today is left to the record.
            if stops.is_empty() {
                continue;
            }
            for &stop in &stops {
                parts.of_stop[stop as usize] = index(parts.list.len());
            }
            parts.list.push(Part {
                zip: index(zip),
                at: cell.at,
                work: self.sum(&stops),
                past: cell.past,
            });
        }
    }

    /// Cuts coarse cells again; whether there were any.
    fn refine(&self, cells: &mut Vec<Cell>, dealt: &mut Vec<Vec<u32>>) -> bool {
        let most = COARSE * self.target;
        let coarse = |stops: &Vec<u32>| stops.len() > 1 && real(self.sum(stops)) > most;
        if !dealt.iter().any(coarse) {
            return false;
        }
        let mut finer = Vec::with_capacity(cells.len() + 1);
        for (cell, stops) in cells.iter().zip(dealt.iter()) {
            if coarse(stops) {
                finer.extend(self.cells(stops, cell.past));
            } else {
                finer.push(*cell);
            }
        }
        *dealt = self.deal(&finer);
        *cells = finer;
        true
    }

    /// Cells of the usual size over some stops.
    fn cells(&self, stops: &[u32], past: Option<u32>) -> Vec<Cell> {
        let share = (real(self.sum(stops)) / (PART * self.target)).ceil();
        let count = usize::try_from(whole(share))
            .unwrap_or(1)
            .clamp(1, stops.len());
        let mut stops = stops.to_vec();
        let mut cells = Vec::with_capacity(count);
        self.bisect(&mut stops, count, &mut |piece| {
            cells.push(Cell {
                at: self.middle(piece),
                past,
            });
        });
        cells
    }

    /// Halves of equal work, across the longer side, until there are `count` pieces.
    fn bisect(&self, stops: &mut [u32], count: usize, take: &mut impl FnMut(&[u32])) {
        if count < 2 {
            take(stops);
            return;
        }
        sort_along(&self.ground.at, stops);
        let left = count / 2;
        let share = real(self.sum(stops)) * real(left as i64) / real(count as i64);
        let mut sum = 0;
        let mut cut = 0;
        while cut < stops.len() && real(sum) < share {
            sum += self.work[stops[cut] as usize];
            cut += 1;
        }
        let cut = cut.clamp(left, stops.len() - (count - left));
        let (a, b) = stops.split_at_mut(cut);
        self.bisect(a, left, take);
        self.bisect(b, count - left, take);
    }

    /// Gives each stop to the nearest cell. Cells at one point share their stops by work.
    fn deal(&self, cells: &[Cell]) -> Vec<Vec<u32>> {
        let mut sites: Vec<Point> = Vec::with_capacity(cells.len());
        let mut at_site: Vec<Vec<usize>> = Vec::with_capacity(cells.len());
        let mut sorted: Vec<usize> = (0..cells.len()).collect();
        sorted.sort_by(|&a, &b| {
            let (a, b) = (cells[a].at, cells[b].at);
            a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]))
        });
        for cell in sorted {
            if sites.last() != Some(&cells[cell].at) {
                sites.push(cells[cell].at);
                at_site.push(Vec::new());
            }
            if let Some(site) = at_site.last_mut() {
                site.push(cell);
            }
        }
        let nearest = Nearest::new(&sites);
        let mut of_site: Vec<Vec<u32>> = vec![Vec::new(); sites.len()];
        for &stop in self.stops {
            of_site[nearest.to(self.ground.at[stop as usize])].push(stop);
        }
        let mut dealt = vec![Vec::new(); cells.len()];
        for (stops, cells) in of_site.into_iter().zip(at_site) {
            self.share(stops, &cells, &mut dealt);
        }
        dealt
    }

    /// Shares the stops of one site out in runs of equal work.
    fn share(&self, stops: Vec<u32>, cells: &[usize], dealt: &mut [Vec<u32>]) {
        if let [only] = *cells {
            dealt[only] = stops;
            return;
        }
        let total = i128::from(self.sum(&stops)).max(1);
        let mut before: i128 = 0;
        for stop in stops {
            let work = i128::from(self.work[stop as usize]);
            // The run in which the middle of the stop's work lies.
            let run = (2 * before + work) * cells.len() as i128 / (2 * total);
            let run = usize::try_from(run).unwrap_or(0).min(cells.len() - 1);
            dealt[cells[run]].push(stop);
            before += work;
        }
    }

    fn sum(&self, stops: &[u32]) -> i64 {
        stops.iter().map(|&i| self.work[i as usize]).sum()
    }

    /// The mean of the stops, to the millimetre.
    fn middle(&self, stops: &[u32]) -> Point {
        mean(stops.iter().map(|&i| self.ground.at[i as usize]))
    }
}

/// The mean of points, to the millimetre; the origin for none.
pub(super) fn mean(points: impl Iterator<Item = Point>) -> Point {
    let (mut x, mut y, mut n) = (0.0, 0.0, 0.0);
    for at in points {
        x += at[0];
        y += at[1];
        n += 1.0;
    }
    if n > 0.0 {
        [(x / n).round(), (y / n).round()]
    } else {
        [0.0; 2]
    }
}

/// Sorts stops along the longer side of the rectangle around them; the side that was taken.
pub(super) fn sort_along(at: &[Point], stops: &mut [u32]) -> usize {
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for &i in stops.iter() {
        for axis in 0..2 {
            low[axis] = low[axis].min(at[i as usize][axis]);
            high[axis] = high[axis].max(at[i as usize][axis]);
        }
    }
    let axis = usize::from(high[1] - low[1] > high[0] - low[0]);
    stops.sort_unstable_by(|&a, &b| {
        let key = |i: u32| at[i as usize][axis];
        key(a).total_cmp(&key(b)).then(a.cmp(&b))
    });
    axis
}
