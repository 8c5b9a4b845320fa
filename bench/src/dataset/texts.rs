//! Words for people, and the people who are provisioned.

use super::{ACCOUNT, OTHER_ACCOUNT};
use crate::product::{EMAIL, PASSWORD};

pub(super) const FIRST_NAMES: [&str; 16] = [
    "Amina", "Ben", "Chloe", "Dmitri", "Elena", "Femi", "Grace", "Hiro", "Ines", "Jakub", "Kirsten", "Liam", "Mei", "Noor", "Olga", "Paulo",
];

pub(super) const LAST_NAMES: [&str; 16] = [
    "Abebe", "Baker", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hughes", "Ito", "Jansen", "Khan", "Larsen", "Moreau", "Novak",
    "Okafor", "Patel",
];

pub(super) const SENTENCES: [&str; 16] = [
    "Good morning, is the appointment on Thursday still on?",
    "Thank you, that is all we need for now.",
    "The parcel arrived, but one of the two boxes is empty.",
    "Could you send the invoice for last month again, please?",
    "We are open from nine to six, on Saturdays until two.",
    "I will be about twenty minutes late, the train is standing still.",
    "Your order has left our house this afternoon.",
    "Which documents do I have to bring with me?",
    "Yes, please!",
    "The flat on the second floor is still free; would you like to see it?",
    "Sorry, I had the wrong number of the booking: it is the one from Tuesday.",
    "We have passed this on to our technician, who will call you before noon.",
    "How much would it be with delivery to the island?",
    "It works again, thanks a lot for the quick help.",
    "Please confirm with a short reply, so that we can keep the place for you.",
    "My daughter has a temperature, we have to move the lesson to next week.",
];

/// Two accounts on the simulator, an administrator, and agents who write.
pub(super) fn provisioning() -> String {
    let users: String = FIRST_NAMES.iter().zip(LAST_NAMES).take(8).map(|(first, last)| user(first, last)).collect();
    format!(
        r#"[[organisation]]
name = "Measured"

  [[organisation.api_account]]
  id = "{ACCOUNT}"
  name = "High Street"
  phone_number = "+447700900001"

  [[organisation.api_account]]
  id = "{OTHER_ACCOUNT}"
  name = "Station Road"
  phone_number = "+447700900002"

  [[organisation.user]]
  email = "{EMAIL}"
  first_name = "Ada"
  last_name = "Admin"
  role = "administrator"
  password = "{PASSWORD}"
{users}"#
    )
}

fn user(first: &str, last: &str) -> String {
    format!(
        r#"
  [[organisation.user]]
  email = "{first}.{last}@example.com"
  first_name = "{first}"
  last_name = "{last}"
  role = "agent"
  password = "{PASSWORD}"
  api_accounts = ["High Street", "Station Road"]
"#
    )
}
