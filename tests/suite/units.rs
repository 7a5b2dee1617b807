//! Units: what they print, what they read and what they refuse.

use doorstep::units::{Capacity, Date, Load, Meters, Money, Span, TimeOfDay};

#[test]
fn times_print_as_short_as_is_exact() {
    for (ms, text) in [
        (0, "00:00"),
        (30_600_000, "08:30"),
        (30_601_000, "08:30:01"),
        (30_600_007, "08:30:00.007"),
        (95_400_000, "26:30"),
        (-1_800_000, "-00:30"),
        (1_073_741_823, "298:15:41.823"),
    ] {
        let time = TimeOfDay::from_millis(ms);
        assert_eq!(time.to_string(), text);
        assert_eq!(text.parse::<TimeOfDay>().unwrap(), time);
    }
    assert_eq!(TimeOfDay::MAX.to_string(), "298:15:41.823");
}

#[test]
fn times_in_reports_are_rounded_to_the_second() {
    assert_eq!(TimeOfDay::from_millis(30_600_499).hms(), "08:30:00");
    assert_eq!(TimeOfDay::from_millis(30_600_500).hms(), "08:30:01");
    assert_eq!(TimeOfDay::hm(26, 15).hms(), "26:15:00");
}

#[test]
fn other_texts_are_not_times() {
    for text in [
        "",
        ":",
        "8",
        "8:3",
        "08:60",
        "08:30:60",
        "08:30:00.",
        "08:30:00.1234",
        "08:30:00:00",
        "+8:30",
        " 08:30",
        "08:30 ",
        "8.5:00",
        "٠٨:٣٠",
        "9999999999999:00",
        "--1:00",
    ] {
        let error = text.parse::<TimeOfDay>().unwrap_err();
        let expected = format!("time {text:?}: expected HH:MM, HH:MM:SS or HH:MM:SS.mmm");
        assert_eq!(error.to_string(), expected);
        assert!(text.parse::<Span>().is_err());
    }
}

#[test]
fn instants_and_lengths_add_up() {
    let start = TimeOfDay::hm(20, 0);
    let end = start + Span::from_hours(6);
    assert_eq!(end, TimeOfDay::hm(26, 0));
    assert_eq!(end - start, Span::from_minutes(360));
    assert_eq!(end - Span::from_seconds(1), "25:59:59".parse().unwrap());
    let parts = [Span::from_seconds(90), Span::from_millis(500)];
    assert_eq!(parts.into_iter().sum::<Span>().to_string(), "00:01:30.500");
    let last = TimeOfDay::from_millis(i64::MAX);
    assert_eq!(last.checked_add(Span::from_millis(1)), None);
    assert_eq!(last.saturating_add(Span::from_hours(1)), last);
    assert_eq!(
        Span::from_hours(i64::MAX),
        Span::from_millis(i64::MAX),
        "constructors stop at the end"
    );
}

#[test]
#[should_panic(expected = "a time stays within the range of i64 milliseconds")]
fn a_sum_beyond_the_integer_panics_in_every_build() {
    let _ = TimeOfDay::from_millis(i64::MAX) + Span::from_millis(1);
}

#[test]
#[should_panic(expected = "a time of day is at most 298 hours")]
fn a_literal_time_beyond_the_limit_panics() {
    let _ = TimeOfDay::hm(298, 16);
}

#[test]
fn distances_keep_millimetres() {
    let leg = Meters::from_millimeters(1_234_567);
    assert_eq!(leg.to_string(), "1234.567 m");
    assert_eq!("1234.567 m".parse::<Meters>().unwrap(), leg);
    assert_eq!("-0.001".parse::<Meters>().unwrap().millimeters(), -1);
    assert!((leg.km_f64() - 1.234_567).abs() < 1e-12);
    for text in ["", "m", "1,5", "1.2345", "1e3", ".5", "5.", "NaN", "5 km"] {
        assert!(text.parse::<Meters>().is_err(), "{text:?}");
    }
}

#[test]
fn money_prints_cents_and_keeps_millicents() {
    for (millicents, printed, exact) in [
        (0, "0.00", "0"),
        (25_000, "0.25", "0.25"),
        (1_234_567, "12.35", "12.34567"),
        (-1_234_567, "-12.35", "-12.34567"),
        (-400, "0.00", "-0.004"),
        (500, "0.01", "0.005"),
        (100_000_000_000, "1000000.00", "1000000"),
    ] {
        let money = Money::from_millicents(millicents);
        assert_eq!(money.to_string(), printed);
        assert_eq!(money.exact(), exact);
        assert_eq!(exact.parse::<Money>().unwrap(), money);
    }
    assert_eq!(format!("{:>8}", Money::from_cents(5)), "    0.05");
    for text in [
        "",
        "-",
        "1.234567",
        "$1",
        "1.",
        "1 000",
        "99999999999999999999",
    ] {
        let error = text.parse::<Money>().unwrap_err();
        let expected = "expected a decimal number with at most 5 decimals, as 0.25";
        assert_eq!(error.to_string(), format!("amount {text:?}: {expected}"));
    }
}

#[test]
fn loads_are_compared_in_every_dimension() {
    let load = Load {
        count: 2,
        volume_cm3: 100,
        weight_g: 50,
    };
    assert!(load.fits(&Capacity::UNLIMITED));
    assert!(load.fits(&Capacity::UNLIMITED.with_count(2).with_volume_cm3(100)));
    assert!(!load.fits(&Capacity::UNLIMITED.with_count(1)));
    assert!(!load.fits(&Capacity::UNLIMITED.with_volume_cm3(99)));
    assert!(!load.fits(&Capacity::UNLIMITED.with_weight_g(49)));
    assert_eq!(load.checked_sub(load), Some(Load::ZERO));
    assert_eq!(Load::ZERO.checked_sub(Load::ONE), None);
    let full = Load {
        count: u32::MAX,
        ..Load::ZERO
    };
    assert_eq!(full.checked_add(Load::ONE), None);
    assert_eq!(load.to_string(), "2 items, 100 cm3, 50 g");
}

#[test]
fn cubic_feet_that_are_no_number_become_a_volume_that_is_refused() {
    for feet in [f64::NAN, f64::INFINITY, -1.0] {
        let capacity = Capacity::UNLIMITED.with_cubic_feet(feet);
        assert_eq!(capacity.volume_cm3, Some(u64::MAX));
    }
}

#[test]
fn dates_are_those_of_the_calendar() {
    for text in ["2018-08-08", "2024-02-29", "2000-02-29", "0000-01-01"] {
        assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
    }
    for text in [
        "1900-02-29",
        "2018-13-01",
        "2018-00-01",
        "2018-04-31",
        "2018-04-00",
    ] {
        assert!(text.parse::<Date>().is_err(), "{text}");
    }
    for text in [
        "",
        "2018-8-8",
        "18-08-08",
        "2018-08-08T",
        "2018-08-08-01",
        "2018/08/08",
    ] {
        let error = text.parse::<Date>().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("date {text:?}: expected YYYY-MM-DD")
        );
    }
}

#[cfg(feature = "json")]
mod json {
    use super::*;

    #[test]
    fn written_forms_are_those_a_person_would_write() {
        let text = |value: serde_json::Result<String>| value.unwrap();
        assert_eq!(
            text(serde_json::to_string(&TimeOfDay::hm(8, 30))),
            "\"08:30\""
        );
        assert_eq!(
            text(serde_json::to_string(&Span::from_seconds(90))),
            "\"00:01:30\""
        );
        assert_eq!(
            text(serde_json::to_string(&Money::from_cents(25))),
            "\"0.25\""
        );
        assert_eq!(
            text(serde_json::to_string(&Meters::from_millimeters(1_500))),
            "1.5"
        );
    }

    #[test]
    fn whole_metres_may_be_written_without_a_point() {
        let read: Meters = serde_json::from_str("1500").unwrap();
        assert_eq!(read, Meters::from_meters(1500));
        let error = serde_json::from_str::<Meters>("1e300").unwrap_err();
        assert!(error.to_string().starts_with("expected a number of metres"));
    }

    #[test]
    fn a_wrong_text_says_what_was_expected() {
        let error = serde_json::from_str::<TimeOfDay>("\"8h\"").unwrap_err();
        assert!(error.to_string().starts_with("time \"8h\": expected HH:MM"));
        let error = serde_json::from_str::<TimeOfDay>("30600").unwrap_err();
        assert!(error.to_string().contains("a time of day as \"HH:MM\""));
    }

    #[test]
    fn an_unknown_dimension_of_a_load_is_refused() {
        let error = serde_json::from_str::<Load>(r#"{"litres": 3}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `litres`"));
    }
}
