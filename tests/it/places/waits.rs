//! How long people wait, from those who began.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::ldu;
use crate::delivering::{Delivery, YSS, absent};
use crate::referring::{NPS, person, service};
use crate::scenario;
use crate::world::World;

const WAIT: &str = "query($id: ID!, $ldu: ID) { service(id: $id) { expectedWait(ldu: $ldu) { days starts firstStartOn lastStartOn } } }";

async fn wait(world: &World, service: &str, ldu: Option<&str>) -> Value {
    // Whoever asks: the figures tell nothing of whose they are.
    let asked = json!({ "id": service, "ldu": ldu });
    let answer = world.as_person("willowdene-worker").query(WAIT, asked).await.granted();
    answer.data("/service/expectedWait").clone()
}

scenario! {
    async fn the_wait_is_known_from_five_starts_on_and_follows_corrections(world) {
        let mentoring = service(world, "YSS", "Meet and Mentor").await;
        let worcester = ldu(world, NPS, "Worcestershire").await;
        let nothing = json!({ "days": null, "starts": 0, "firstStartOn": null, "lastStartOn": null });
        assert_eq!(wait(world, &mentoring, None).await, nothing);
        let begun = world.clock.now();
        let mut deliveries = Vec::new();
        for (number, days) in [3, 10, 5, 40, 7].into_iter().enumerate() {
            let somebody = person(world, &format!("Q10000{number}"), NPS, json!({})).await;
            let delivery = Delivery::of(world, &somebody, YSS, "Meet and Mentor").await;
            deliveries.push((delivery, days));
        }
        let mut last = None;
        for (delivery, days) in &deliveries {
            let known = wait(world, &mentoring, None).await;
            assert_eq!((&known["days"], &known["starts"]), (&Value::Null, &json!(0)));
            world.clock.set(begun + TimeDelta::days(*days) + TimeDelta::hours(2));
            last = Some(delivery.attended(begun + TimeDelta::days(*days)).await);
            delivery.attended(begun + TimeDelta::days(*days) + TimeDelta::hours(1)).await;
            world.clock.set(begun + TimeDelta::days(50));
        }
        let expected = json!({ "days": 7, "starts": 5, "firstStartOn": "2017-10-05", "lastStartOn": "2017-11-11" });
        assert_eq!(wait(world, &mentoring, None).await, expected);
        // Nobody of them lives there, as far as their cases say.
        assert_eq!(wait(world, &mentoring, Some(&worcester)).await, nothing);
        // Somebody was not there after all: then they began an hour later, on the same day.
        last.expect("a session").correct(absent(true)).await;
        assert_eq!(wait(world, &mentoring, None).await, expected);
    }
}
