//! The written form of a day: what it started from, and what has happened.

use serde::ser::{Error as _, SerializeStruct};
use serde::{Deserialize, Serialize, Serializer};

use super::{Day, EventLog, Settings};
use crate::error::Error;
use crate::model::ServiceDay;
use crate::plan::Plan;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayRecord {
    request: ServiceDay,
    plan: Plan,
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    log: EventLog,
}

impl TryFrom<DayRecord> for Day {
    type Error = Error;

    fn try_from(record: DayRecord) -> Result<Self, Error> {
        let DayRecord {
            request,
            plan,
            settings,
            log,
        } = record;
        log.replay(&request, &plan, settings)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let record = DayRecord::deserialize(from)?;
        Self::try_from(record).map_err(serde::de::Error::custom)
    }
}

// By hand, so that a day is written without a copy of its request.
impl Serialize for Day {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if self.travel.is_some() {
            let message = "a day with travel times of the caller's own is written as its log";
            return Err(S::Error::custom(message));
        }
        let mut fields = out.serialize_struct("Day", 4)?;
        fields.serialize_field("request", self.request())?;
        fields.serialize_field("plan", self.plan())?;
        fields.serialize_field("settings", self.settings())?;
        fields.serialize_field("log", self.log())?;
        fields.end()
    }
}
