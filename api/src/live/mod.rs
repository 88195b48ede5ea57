//! Live updates: who follows something hears of its changes, in order, without loss or repeat.
//!
//! The database notes every change in the transaction of its act (`store::changes`). One follower a process reads what
//! is new, once for everybody, and hands it to those whom it can concern; each has a bounded queue, and whoever does
//! not keep up is shed. What is then told is read anew through the scope that the caller has at that moment: a
//! [`Followed`] says what wakes it and how to read it, and no more is needed to make another thing followable.

mod cursor;
mod followed;
mod follower;
mod hub;
mod topic;

pub use cursor::Cursor;
pub use followed::{ChangeKind, Events, Followed, Memory, Opening, Told, Turn, Update, cursor_of, stream};
pub use hub::{Following, Heard, Live};
pub use topic::{Topic, topics_of};
