//! What can be set of live updates.

use serde::Deserialize;

/// How changes are followed, and what a WebSocket may cost.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Live {
    /// The hours for which one can come back with a cursor.
    pub kept_hours: i64,
    /// The milliseconds after which changes are looked for at the latest, even if nothing was heard of any.
    pub poll_milliseconds: u64,
    /// How many lots of changes can wait for one subscription. One that is fuller is shed.
    pub queue: usize,
    /// Deliveries that are made at once; each needs a connection to the database.
    pub deliveries: usize,
    /// The most changes that a subscription is told of when it comes back.
    pub most_missed: usize,
    /// WebSockets that are open at once.
    pub sockets: usize,
    /// Of these, those from one address that nobody has introduced themselves over yet.
    pub sockets_waiting_per_address: usize,
    /// Of these, those of one organisation.
    pub sockets_per_organisation: usize,
    /// Of these, those of one person, or one API client.
    pub sockets_per_person: usize,
    /// Operations and subscriptions of one socket at once.
    pub subscriptions: usize,
    /// The seconds within which `connection_init` has to arrive.
    pub init_seconds: u64,
    /// The seconds between two pings of the server. Who is silent for twice as long is cut.
    pub heartbeat_seconds: u64,
    /// The seconds for which a message waits to be taken before its client is cut.
    pub send_seconds: u64,
    /// The seconds after which a socket's access is read again from the database, whatever was heard.
    pub recheck_seconds: u64,
    /// The bytes of a frame, and of a message.
    pub message_bytes: usize,
    /// The fragments of one message.
    pub fragments: usize,
    /// The frames that a client may send in a second, over time.
    pub frames_per_second: u32,
    /// The frames that a client may send at once after a rest.
    pub frames_burst: u32,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            kept_hours: 24,
            poll_milliseconds: 1_000,
            queue: 64,
            deliveries: 8,
            most_missed: 1_000,
            sockets: 10_000,
            sockets_waiting_per_address: 500,
            sockets_per_organisation: 2_500,
            sockets_per_person: 100,
            subscriptions: 50,
            init_seconds: 3,
            heartbeat_seconds: 15,
            send_seconds: 10,
            recheck_seconds: 30,
            message_bytes: 64 * 1024,
            fragments: 16,
            frames_per_second: 50,
            frames_burst: 200,
        }
    }
}

impl Live {
    /// Refuses what no queue and no clock can do.
    pub(super) fn check(&self) -> Result<(), String> {
        let least_one = [
            ("queue", self.queue),
            ("deliveries", self.deliveries),
            ("most_missed", self.most_missed),
            ("subscriptions", self.subscriptions),
            ("message_bytes", self.message_bytes),
            ("fragments", self.fragments),
        ];
        if let Some((name, _)) = least_one.iter().find(|(_, value)| !(1..=1_000_000_000).contains(value)) {
            return Err(format!("The setting live.{name} is at least 1."));
        }
        let times = [
            ("poll_milliseconds", self.poll_milliseconds),
            ("init_seconds", self.init_seconds),
            ("heartbeat_seconds", self.heartbeat_seconds),
            ("send_seconds", self.send_seconds),
            ("recheck_seconds", self.recheck_seconds),
        ];
        if let Some((name, _)) = times.iter().find(|(_, value)| !(1..=3_600_000).contains(value)) {
            return Err(format!("The setting live.{name} lies between 1 and 3600000."));
        }
        if !(1..=24 * 366).contains(&self.kept_hours) {
            return Err("The setting live.kept_hours lies between 1 and 8784.".to_owned());
        }
        if self.frames_per_second == 0 || self.frames_burst == 0 {
            return Err(
                "The settings live.frames_per_second and live.frames_burst are at least 1.".to_owned()
            );
        }
        Ok(())
    }
}
