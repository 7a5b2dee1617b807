//! The figures by which two plans of the same packages are compared, at the same prices.

use doorstep::model::{Costs, ServiceDay};
use doorstep::plan::Plan;
use doorstep::units::{Meters, Money, Span};

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    pub(crate) vans: u64,
    pub(crate) driving: Span,
    pub(crate) distance: Meters,
    pub(crate) paid: Span,
    pub(crate) money: Money,
    /// Packages on no vehicle.
    pub(crate) left: usize,
}

impl Figures {
    /// The figures of plans, at prices that need not be those they were made for.
    pub(crate) fn of<'a>(plans: impl IntoIterator<Item = &'a Plan>, costs: &Costs) -> Self {
        let mut sum = Self::default();
        for plan in plans {
            let card = &plan.scorecard;
            sum = sum.and(Self {
                vans: card.vans,
                driving: card.driving,
                distance: card.distance,
                paid: card.paid,
                money: price(card.vans, card.paid, card.distance, card.driving, costs),
                left: plan.unserved.len() + plan.tendered.len(),
            });
        }
        sum
    }

    /// The sum of two sets of figures.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            vans: self.vans + other.vans,
            driving: self.driving + other.driving,
            distance: self.distance + other.distance,
            paid: self.paid + other.paid,
            money: self.money + other.money,
            left: self.left + other.left,
        }
    }
}

/// Money for vehicles, duty, distance and driving.
fn price(vans: u64, paid: Span, distance: Meters, driving: Span, costs: &Costs) -> Money {
    let part = |rate: Money, amount: i64, unit: i64| {
        let exact = i128::from(rate.millicents()) * i128::from(amount);
        i64::try_from(exact / i128::from(unit)).unwrap_or(i64::MAX)
    };
    Money::from_millicents(
        part(
            costs.per_vehicle(),
            i64::try_from(vans).unwrap_or(i64::MAX),
            1,
        ) + part(costs.per_duty_hour(), paid.millis(), 3_600_000)
            + part(costs.per_km(), distance.millimeters(), 1_000_000)
            + part(costs.per_driving_hour(), driving.millis(), 3_600_000),
    )
}

/// Both sides, by station and in all.
pub(crate) fn comparison(days: &[ServiceDay], actual: &[Vec<Plan>], planned: &[Plan]) -> String {
    let costs = Costs::default();
    let mut text = format!(
        "{:10} {:8} {:>5} {:>12} {:>10} {:>11} {:>12} {:>9}\n",
        "station", "", "vans", "driving s", "km", "paid hours", "money", "not taken"
    );
    let mut all = [Figures::default(); 2];
    for ((day, ran), plan) in days.iter().zip(actual).zip(planned) {
        let both = [Figures::of(ran, &costs), Figures::of([plan], &costs)];
        text += &rows(day.station().id().as_str(), both);
        all = [all[0].and(both[0]), all[1].and(both[1])];
    }
    text + &rows("all", all)
}

fn rows(name: &str, both: [Figures; 2]) -> String {
    let mut text = String::new();
    for (side, figures) in ["actual", "planned"].into_iter().zip(both) {
        text += &format!(
            "{name:10} {side:8} {:>5} {:>12.0} {:>10.1} {:>11.2} {:>12} {:>9}\n",
            figures.vans,
            figures.driving.seconds_f64(),
            figures.distance.km_f64(),
            figures.paid.hours_f64(),
            figures.money.to_string(),
            figures.left,
        );
    }
    text
}
