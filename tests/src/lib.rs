//! The tests of the whole, through HTTP and with real tokens. They are in `it`, one binary: it links once.
