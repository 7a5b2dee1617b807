//! Promises with a price and breaks: each against brute force on random tiny days, each found by the
//! validator when it is broken and only then, each reported before solving when it contradicts.

use doorstep::__internal::{Compiled, Work};
use doorstep::model::Break;
use doorstep::plan::{Plan, Reason, Rest, Rule, validate};
use doorstep::sortation::group;
use doorstep::{Money, Package, ServiceDay, Span, TimeOfDay, TimeWindow, Vehicle};

use super::fleet_rules::{Draft, against_brute_force, broken, north, solved};
use super::made::{self, Draw};

/// A clock time on a quarter hour.
fn quarter(q: u32) -> TimeOfDay {
    TimeOfDay::from_millis(i64::from(q) * 900_000)
}

/// Half of the packages have a promise with a price.
fn dues(draft: &mut Draft) {
    for package in &mut draft.packages {
        if draft.draw.chance(60) {
            let opens = package
                .windows()
                .iter()
                .map(|w| w.earliest().millis())
                .min();
            let opens = u32::try_from(opens.unwrap_or(6 * 3_600_000) / 900_000).unwrap();
            let by = quarter(opens + draft.draw.below(20));
            let cents = i64::from(draft.draw.between(1, 60));
            *package = package.clone().with_due(by, Money::from_cents(cents));
        }
    }
}

#[test]
fn promises_with_a_price_against_brute_force() {
    against_brute_force(dues);
}

/// One or two breaks of any sort on most vehicles.
fn breaks(draft: &mut Draft) {
    for vehicle in &mut draft.fleet {
        let shift = vehicle.shift().unwrap();
        let open = u32::try_from(shift.earliest().millis() / 900_000).unwrap();
        let close = u32::try_from(shift.latest().millis() / 900_000).unwrap();
        for _ in 0..draft.draw.between(1, 2) {
            let minutes = |n: u32| Span::from_minutes(n.into());
            let length = minutes(draft.draw.between(10, 70));
            let pause = match draft.draw.below(4) {
                0 => Break::on_duty(minutes(draft.draw.between(20, 240)), length),
                1 => Break::driving(minutes(draft.draw.between(15, 90)), length),
                _ => {
                    let from = draft.draw.between(open, close);
                    let to = from + draft.draw.below(6);
                    Break::between(TimeWindow::new(quarter(from), quarter(to)), length)
                }
            };
            if vehicle.max_duty().is_none_or(|most| most > length) {
                *vehicle = vehicle.clone().with_break(pause);
            }
        }
    }
}

#[test]
fn breaks_against_brute_force() {
    against_brute_force(breaks);
}

#[test]
fn breaks_and_promises_together_against_brute_force() {
    against_brute_force(|draft| {
        dues(draft);
        breaks(draft);
    });
}

/// A day of mixed vehicles with breaks and promises.
fn busy_day() -> ServiceDay {
    let mut draw = Draw::new(77);
    let lunch = Break::between(TimeWindow::hm((11, 30), (13, 0)), Span::from_minutes(30));
    let rest = Break::on_duty(Span::from_hours(6), Span::from_minutes(15));
    let day = made::mixed().to_builder().edit_packages(|all| {
        for package in all {
            if draw.chance(40) {
                let opens = package
                    .windows()
                    .iter()
                    .map(|w| w.earliest().millis())
                    .min();
                let opens = u32::try_from(opens.unwrap_or(8 * 3_600_000) / 900_000).unwrap();
                let by = quarter(opens + draw.below(16));
                *package = package.clone().with_due(by, Money::from_cents(20));
            }
        }
    });
    let day = day.edit_vehicles(|all| {
        for (i, vehicle) in all.iter_mut().enumerate() {
            *vehicle = vehicle.clone().with_break(lunch);
            if i % 2 == 0 {
                *vehicle = vehicle.clone().with_break(rest);
            }
        }
    });
    day.build().unwrap()
}

/// A hundred thousand places of a day, or as many as the environment says.
#[test]
fn no_place_is_said_to_cost_more_than_it_does() {
    let moves = std::env::var("DOORSTEP_MOVES").ok();
    let moves = moves.map_or(100_000, |n| n.parse().expect("a number of moves"));
    let day = busy_day();
    let compiled = Compiled::new(&day, &group(&day));
    let start = compiled.construct();
    let work = Work::new(&compiled, &start);
    let mut chain = work.chain(&work.start(), 5);
    let (mut looked, mut equal) = (0, 0);
    for _ in 0..20 {
        chain.run_hot(100);
        let [all, same] = chain.check_bounds(moves / 20).unwrap();
        (looked, equal) = (looked + all, equal + same);
    }
    assert!(looked > moves / 50, "{looked} places could be taken");
    assert!(equal * 4 > looked, "{equal} of {looked} were known exactly");
}

#[test]
fn a_larger_day_with_breaks_and_promises_is_valid() {
    let day = busy_day();
    let solver = doorstep::Solver::new().budget(doorstep::Budget::iterations(20_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    let breaks: usize = plan.routes.iter().map(|route| route.breaks.len()).sum();
    assert!(breaks > 0 && plan.scorecard.breaks > Span::ZERO);
}

/// Two stops 5 and 7 km to the north, 22 minutes of driving each way.
fn short_day(van: Vehicle) -> ServiceDay {
    north(&[5.0, 7.0], vec![van])
}

fn minutes(n: i64) -> Span {
    Span::from_minutes(n)
}

#[test]
fn lateness_is_priced_by_the_minute() {
    let due = |at: TimeOfDay, cents: i64| {
        let day = short_day(Vehicle::cargo_van("V1")).to_builder();
        let day = day.edit_packages(|all| {
            let late = TimeWindow::hm((10, 0), (12, 0));
            all[0] = all[0]
                .clone()
                .with_window(late)
                .with_due(at, Money::from_cents(cents));
        });
        day.build().unwrap()
    };
    let day = due(TimeOfDay::hm(10, 0), 6_000);
    let plan = solved(&day);
    assert_eq!(plan.scorecard.cost.lateness, Money::ZERO);
    assert_eq!(plan.scorecard.on_time, 2);
    // Ten minutes and a half later than planned.
    let later = TimeOfDay::hm(10, 0);
    let visit = plan.routes[0]
        .visits
        .iter()
        .find(|v| v.packages[0].as_str() == "P0");
    assert_eq!(visit.unwrap().start, later);
    let strict = day.to_builder().edit_packages(|all| {
        all[0] = all[0]
            .clone()
            .with_windows([TimeWindow::hm((9, 0), (12, 0))]);
        let by = later - Span::from_seconds(630);
        all[0] = all[0].clone().with_due(by, Money::from_cents(6_000));
    });
    let found = validate(&strict.clone().build().unwrap(), &plan);
    let rules: Vec<Rule> = found.iter().map(|v| v.rule).collect();
    assert_eq!(rules, [Rule::Cost, Rule::Scorecard, Rule::Scorecard]);
    // 10.5 minutes at 60.00.
    assert!(found[0].message.contains("thousandths of a cent"));
    let said = found
        .iter()
        .find(|v| v.message.starts_with("cost of lateness"))
        .unwrap();
    assert_eq!(said.message, "cost of lateness is 0, should be 63000000");
    let plan = solved(&strict.build().unwrap());
    assert_eq!(plan.scorecard.cost.lateness, Money::ZERO);
}

/// The rules that a plan with a changed break breaks.
fn with_rest(day: &ServiceDay, plan: &Plan, change: impl Fn(&mut Rest)) -> Vec<Rule> {
    let mut plan = plan.clone();
    change(&mut plan.routes[0].breaks[0]);
    let mut rules: Vec<Rule> = validate(day, &plan).into_iter().map(|v| v.rule).collect();
    rules.dedup();
    rules
}

#[test]
fn the_validator_finds_breaks() {
    let van = Vehicle::cargo_van("V1");
    let late = TimeWindow::hm((10, 0), (12, 0));
    let lunch = Break::between(TimeWindow::hm((9, 50), (9, 55)), minutes(20));
    let day = short_day(van.clone().with_break(lunch)).to_builder();
    let day = day.edit_packages(|all| {
        all[0] = all[0].clone().with_window(late);
        all[1] = all[1].clone().with_window(TimeWindow::hm((8, 0), (9, 30)));
    });
    let day = day.build().unwrap();
    let plan = solved(&day);
    assert_eq!(plan.routes[0].breaks.len(), 1);
    assert_eq!(with_rest(&day, &plan, |_| ()), []);
    assert!(with_rest(&day, &plan, |r| r.number = 3).contains(&Rule::Break));
    assert!(with_rest(&day, &plan, |r| r.visit = 9).contains(&Rule::Break));
    assert!(with_rest(&day, &plan, |r| r.length = minutes(19)).contains(&Rule::Break));
    assert!(with_rest(&day, &plan, |r| r.start = TimeOfDay::hm(9, 49)).contains(&Rule::Break));
    assert!(with_rest(&day, &plan, |r| r.start = TimeOfDay::hm(9, 56)).contains(&Rule::Break));
    let mut none = plan.clone();
    none.routes[0].breaks.clear();
    let found = validate(&day, &none);
    assert!(
        found
            .iter()
            .any(|v| v.rule == Rule::Break && v.message.contains("which it owes"))
    );
    let other = |pause: Break| {
        let van = van.clone().with_break(pause);
        broken(day.to_builder().edit_vehicles(|all| all[0] = van), &plan)
    };
    assert_eq!(other(lunch), []);
    let duty = plan.routes[0].breaks[0].start - plan.routes[0].depart;
    assert_eq!(other(Break::on_duty(duty, minutes(20))), []);
    let less = duty - Span::from_millis(1);
    assert_eq!(other(Break::on_duty(less, minutes(20))), [Rule::Break]);
    let driven = plan.routes[0].visits[0].drive + plan.routes[0].visits[1].drive;
    assert_eq!(other(Break::driving(driven, minutes(20))), []);
    assert_eq!(
        other(Break::driving(minutes(1), minutes(20))),
        [Rule::Break]
    );
}

#[test]
fn a_short_route_owes_no_break_and_waiting_is_a_break_for_nothing() {
    let lunch = Break::between(TimeWindow::hm((12, 0), (13, 0)), minutes(30));
    let plan = solved(&short_day(Vehicle::cargo_van("V1").with_break(lunch)));
    assert_eq!(plan.routes[0].breaks, []);
    // Served at half past eight and at four: it waits for hours anyway.
    let day = short_day(Vehicle::cargo_van("V1").with_break(lunch)).to_builder();
    let day = day.edit_packages(|all| {
        all[0] = all[0].clone().with_window(TimeWindow::hm((8, 0), (8, 30)));
        all[1] = all[1]
            .clone()
            .with_window(TimeWindow::hm((16, 0), (16, 30)));
    });
    let day = day.build().unwrap();
    let plan = solved(&day);
    let without = day
        .to_builder()
        .edit_vehicles(|all| all[0] = Vehicle::cargo_van("V1"));
    let free = solved(&without.build().unwrap());
    assert_eq!(plan.routes[0].breaks.len(), 1);
    assert_eq!(plan.scorecard.cost, free.scorecard.cost);
    assert_eq!(plan.scorecard.breaks, minutes(30));
    assert_eq!(plan.scorecard.waiting, free.scorecard.waiting - minutes(30));
    assert!(
        plan.scorecard
            .to_string()
            .contains("hours of breaks                     0.50")
    );
}

#[test]
fn a_stop_without_time_for_breaks_says_so() {
    let rest = Break::driving(minutes(10), minutes(30));
    let plan = solved(&short_day(Vehicle::cargo_van("V1").with_break(rest)));
    let left = &plan.unserved[0];
    assert_eq!(left.reason, Reason::NoTimeForBreaks);
    assert_eq!(
        left.blocks[0].to_string(),
        "cargo van (V1, idle): would have no time for its driver's breaks"
    );
}

#[test]
fn breaks_and_promises_that_contradict_are_refused() {
    let van = Vehicle::cargo_van("V1").with_shift(TimeWindow::hm((8, 0), (12, 0)));
    let hour = Span::from_hours(1);
    let day = north(&[5.0], Vec::new()).to_builder().vehicles([
        van.clone()
            .with_break(Break::on_duty(hour, Span::from_hours(5)))
            .with_break(Break::between(TimeWindow::hm((13, 0), (14, 0)), hour))
            .with_break(Break::driving(Span::ZERO, Span::ZERO))
            .with_break(Break::driving(hour, hour)),
        van.with_id("V2")
            .with_max_duty(hour)
            .with_break(Break::on_duty(hour, hour + hour)),
    ]);
    let day = day.edit_packages(|all| {
        let window = TimeWindow::hm((9, 0), (12, 0));
        let package = all[0].clone().with_window(window);
        all[0] = package.with_due(TimeOfDay::hm(8, 0), Money::from_cents(-1));
        let other = Package::new("P1", *all[0].place(), "60608");
        all.push(other.with_due(TimeOfDay::hm(9, 0), Money::from_units(1_001)));
    });
    assert_eq!(
        day.build().unwrap_err().to_string(),
        "9 problems in the input\n\
         package \"P0\": due: -0.01 is negative\n\
         package \"P0\": due: by 08:00, but it opens at 09:00\n\
         package \"P1\": due: 1001.00 a minute is more than 1000.00\n\
         vehicle \"V1\": breaks: 4 of them, more than 3\n\
         vehicle \"V1\": breaks: 05:00:00 is longer than its shift 08:00-12:00\n\
         vehicle \"V1\": breaks: 13:00-14:00 lies outside its shift 08:00-12:00\n\
         vehicle \"V1\": breaks: one has no length\n\
         vehicle \"V1\": breaks: one is due after no time at all\n\
         vehicle \"V2\": breaks: 02:00:00 is longer than its longest duty of 01:00:00"
    );
}

#[cfg(feature = "json")]
#[test]
fn breaks_and_promises_go_through_text() {
    let day = busy_day();
    let text = serde_json::to_string(&day).unwrap();
    assert_eq!(serde_json::from_str::<ServiceDay>(&text).unwrap(), day);
    assert!(
        text.contains(r#"{"between":"#) && text.contains(r#""per_minute":"0.20""#),
        "{}",
        &text[..2_000]
    );
    assert!(
        serde_json::from_str::<Break>(
            r#"{"when":{"on_duty":"06:00:00"},"length":"00:15:00","paid":true}"#
        )
        .is_err()
    );
    let day = super::fleet_rules::draw_day(1, breaks);
    let plan = solved(&day);
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
}
