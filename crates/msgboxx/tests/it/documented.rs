//! One test for each defect of the published documentation, named after its number in the list of
//! them. Rows 1, 27, 28 and 36 are aliases as well; what is tested there is not repeated here. Row 33
//! is noise in samples (one id with two names) and has no behaviour.

mod broadcasts;
mod contacts;
mod conversations;
mod general;
mod lists;
mod messages;
mod people;
mod tokens;
mod webhooks;
