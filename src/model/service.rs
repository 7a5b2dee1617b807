//! How long a stop takes.

use super::promise::HandOff;
use crate::units::Span;

/// Service times: a stop takes its parking time plus the times of its packages by hand-off and
/// floor.
///
/// A package's own service time replaces its entry of the table. When all packages of a stop
/// state their own, `stated_parking` (0 by default) replaces `parking`: such figures usually
/// contain the walk from the van.
///
/// Defaults, assumptions to be replaced by a network's own: parking 60 s, doorstep 30 s, safe
/// place 30 s, signature 75 s, age check 90 s, locker 20 s, mailroom 20 s, nothing for floors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct ServiceTimes {
    parking: Span,
    stated_parking: Span,
    doorstep: Span,
    safe_place: Span,
    signature: Span,
    age_check: Span,
    locker: Span,
    mailroom: Span,
    per_floor: Span,
}

impl Default for ServiceTimes {
    fn default() -> Self {
        Self {
            parking: Span::from_seconds(60),
            stated_parking: Span::ZERO,
            doorstep: Span::from_seconds(30),
            safe_place: Span::from_seconds(30),
            signature: Span::from_seconds(75),
            age_check: Span::from_seconds(90),
            locker: Span::from_seconds(20),
            mailroom: Span::from_seconds(20),
            per_floor: Span::ZERO,
        }
    }
}

impl ServiceTimes {
    /// The parking time of a stop.
    #[must_use]
    pub const fn with_parking(mut self, span: Span) -> Self {
        self.parking = span;
        self
    }

    /// The parking time of a stop whose packages all state their own service time.
    #[must_use]
    pub const fn with_stated_parking(mut self, span: Span) -> Self {
        self.stated_parking = span;
        self
    }

    /// The time of one package by hand-off.
    #[must_use]
    pub const fn with_hand_off(mut self, hand_off: HandOff, span: Span) -> Self {
        *match hand_off {
            HandOff::Doorstep => &mut self.doorstep,
            HandOff::SafePlace => &mut self.safe_place,
            HandOff::Signature => &mut self.signature,
            HandOff::AgeCheck => &mut self.age_check,
            HandOff::Locker => &mut self.locker,
            HandOff::Mailroom => &mut self.mailroom,
        } = span;
        self
    }

    /// What one package takes longer for each floor it goes up, there and back.
    ///
    /// ```
    /// use doorstep::model::{HandOff, ServiceTimes};
    /// use doorstep::Span;
    ///
    /// let times = ServiceTimes::default().with_per_floor(Span::from_seconds(20));
    /// assert_eq!(times.hand_over(HandOff::Doorstep, 4), Span::from_seconds(30 + 4 * 20));
    /// ```
    #[must_use]
    pub const fn with_per_floor(mut self, span: Span) -> Self {
        self.per_floor = span;
        self
    }

    /// What one package takes longer for each floor.
    #[must_use]
    pub const fn per_floor(&self) -> Span {
        self.per_floor
    }

    /// The time of one package by hand-off, so many floors up.
    #[must_use]
    pub const fn hand_over(&self, hand_off: HandOff, floor: u8) -> Span {
        let stairs = self.per_floor.millis().saturating_mul(floor as i64);
        Span::from_millis(self.hand_off(hand_off).millis().saturating_add(stairs))
    }

    /// The parking time of a stop.
    #[must_use]
    pub const fn parking(&self) -> Span {
        self.parking
    }

    /// The parking time of a stop whose packages all state their own service time.
    #[must_use]
    pub const fn stated_parking(&self) -> Span {
        self.stated_parking
    }

    /// The time of one package by hand-off.
    #[must_use]
    pub const fn hand_off(&self, hand_off: HandOff) -> Span {
        match hand_off {
            HandOff::Doorstep => self.doorstep,
            HandOff::SafePlace => self.safe_place,
            HandOff::Signature => self.signature,
            HandOff::AgeCheck => self.age_check,
            HandOff::Locker => self.locker,
            HandOff::Mailroom => self.mailroom,
        }
    }
}
