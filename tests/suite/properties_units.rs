//! Properties of the units: what is printed is read back, and no text makes a parser panic.

#[cfg(feature = "json")]
use doorstep::model::Place;
use doorstep::model::{TimeWindow, VehicleKind, Zip};
use doorstep::units::{Date, Meters, Money, Span, TimeOfDay};
use proptest::prelude::*;

/// Millisecond figures of every size a day may hold, and beyond.
fn millis() -> impl Strategy<Value = i64> {
    prop_oneof![
        0..=TimeOfDay::MAX.millis(),
        (0_i64..300 * 60).prop_map(|minutes| minutes * 60_000),
        -(1_i64 << 61)..(1_i64 << 61),
    ]
}

/// Texts near the grammars, so that parsers get past their first character.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9:.\\-m ]{0,24}", "\\PC{0,24}", "[0-9]{1,40}"]
}

proptest! {
    #[test]
    fn times_come_back(ms in millis()) {
        let time = TimeOfDay::from_millis(ms);
        prop_assert_eq!(time.to_string().parse::<TimeOfDay>(), Ok(time));
        let span = Span::from_millis(ms);
        prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
    }

    #[test]
    fn windows_come_back(a in millis(), b in millis()) {
        let window = TimeWindow::new(TimeOfDay::from_millis(a), TimeOfDay::from_millis(b));
        prop_assert_eq!(window.to_string().parse::<TimeWindow>(), Ok(window));
    }

    #[test]
    fn distances_come_back(mm in -(1_i64 << 61)..(1_i64 << 61)) {
        let distance = Meters::from_millimeters(mm);
        prop_assert_eq!(distance.to_string().parse::<Meters>(), Ok(distance));
    }

    #[test]
    fn money_comes_back(millicents in -(1_i64 << 61)..(1_i64 << 61)) {
        let money = Money::from_millicents(millicents);
        prop_assert_eq!(money.exact().parse::<Money>(), Ok(money));
        let printed: Money = money.to_string().parse().unwrap();
        prop_assert!((printed.millicents() - millicents).abs() <= 500);
    }

    #[test]
    fn dates_come_back(year in 0_u16..=9999, month in 1_u8..=12, day in 1_u8..=28) {
        let date = Date::new(year, month, day).unwrap();
        prop_assert_eq!(date.to_string().parse::<Date>(), Ok(date));
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in texts()) {
        // What is accepted means the same when printed and read again.
        if let Ok(time) = text.parse::<TimeOfDay>() {
            prop_assert_eq!(time.to_string().parse::<TimeOfDay>(), Ok(time));
        }
        if let Ok(window) = text.parse::<TimeWindow>() {
            prop_assert_eq!(window.to_string().parse::<TimeWindow>(), Ok(window));
        }
        if let Ok(money) = text.parse::<Money>() {
            prop_assert_eq!(money.exact().parse::<Money>(), Ok(money));
        }
        let _ = text.parse::<Meters>();
        let _ = text.parse::<Date>();
        let _ = text.parse::<VehicleKind>();
        let zip = Zip::from(text.as_str());
        prop_assert!(text.starts_with(zip.prefix(3)));
        let _ = zip.check();
    }
}

#[cfg(feature = "json")]
proptest! {
    #[test]
    fn json_forms_come_back(ms in millis(), mm in -(1_i64 << 49)..(1_i64 << 49)) {
        let value = (
            TimeOfDay::from_millis(ms),
            Span::from_millis(ms),
            Money::from_millicents(ms),
            Meters::from_millimeters(mm),
        );
        let text = serde_json::to_string(&value).unwrap();
        let read: (TimeOfDay, Span, Money, Meters) = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, value);
    }

    #[test]
    fn coordinates_come_back_to_the_last_bit(lat in -90.0..=90.0_f64, lng in -180.0..=180.0_f64) {
        let place = Place::at(lat, lng);
        let text = serde_json::to_string(&place).unwrap();
        prop_assert_eq!(serde_json::from_str::<Place>(&text).unwrap(), place);
    }
}
