//! Reading the named values of a request, of its body and of its query alike.
//!
//! A [`FromFields`] type asks [`Fields`] for each of its values by name and builds itself at the end.
//! All mistakes are collected, so that a client learns of them at once. What was asked for is what is
//! known: under `Prefer: handling=strict` anything else is refused, and the published description is
//! made from it.

mod json;
pub mod value;

pub use json::Json;

use super::alias::Alias;
use super::problem::{Code, MemberProblem, Problem};
use value::Reason;

/// A request's body or query, as a type.
pub trait FromFields: Sized {
    /// Asks for every value, then builds itself. `?` stands only after the last question, since
    /// values that were not asked for count as unknown.
    fn read(fields: &mut Fields) -> Result<Self, Noted>;
}

/// Proof that [`Fields`] has noted a problem, so that there is nothing to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted(());

/// Where the values stand, which decides how an empty one is taken and what a mistake is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Members of a JSON object. `""` and `null` are the same as absence.
    Body,
    /// Parameters of a query. An empty one is a mistake: a filter that is dropped returns too much.
    Query,
}

/// A name that was asked for, and how: the published description is made from this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The member or parameter.
    pub name: &'static str,
    /// Whether the request is refused without it.
    pub is_required: bool,
    /// Whether it is accepted without having any effect.
    pub is_ignored: bool,
}

#[derive(Debug)]
enum Input {
    Json(Json),
    /// A query value whose percent-encoding is broken, or is not of UTF-8.
    Undecodable,
}

/// The named values of one request that have not been asked for yet, and what was noted so far.
#[derive(Debug)]
pub struct Fields {
    source: Source,
    inputs: Vec<(String, Input)>,
    asked: Vec<Asked>,
    problems: Vec<(Code, MemberProblem)>,
    aliases: Vec<Alias>,
}

impl Fields {
    /// The members of a JSON body.
    pub fn of_body(members: Vec<(String, Json)>) -> Self {
        Self::new(Source::Body, members.into_iter().map(|(name, value)| (name, Input::Json(value))).collect())
    }

    /// The parameters of a query; `None` is a value that cannot be decoded.
    pub fn of_query(parameters: Vec<(String, Option<String>)>) -> Self {
        let input = |value: Option<String>| value.map_or(Input::Undecodable, |text| Input::Json(Json::Text(text)));
        Self::new(Source::Query, parameters.into_iter().map(|(name, value)| (name, input(value))).collect())
    }

    fn new(source: Source, inputs: Vec<(String, Input)>) -> Self {
        Self { source, inputs, asked: Vec::new(), problems: Vec::new(), aliases: Vec::new() }
    }

    /// A value that may be left out.
    pub fn optional<T: PartialEq>(&mut self, name: &'static str, read: impl Fn(&str) -> Result<T, Reason>) -> Result<Option<T>, Noted> {
        self.clearable(name, read).map(Option::flatten)
    }

    /// A value that must be there.
    pub fn required<T: PartialEq>(&mut self, name: &'static str, read: impl Fn(&str) -> Result<T, Reason>) -> Result<T, Noted> {
        let found = self.optional(name, read);
        self.asked_last(|asked| asked.is_required = true);
        match found? {
            Some(value) => Ok(value),
            None => Err(self.note(Code::MissingMember, name, "is required")),
        }
    }

    /// A value that may be left out, but not emptied: the entity cannot be without it.
    pub fn kept<T: PartialEq>(&mut self, name: &'static str, read: impl Fn(&str) -> Result<T, Reason>) -> Result<Option<T>, Noted> {
        match self.clearable(name, read)? {
            Some(None) => Err(self.note(Code::MissingMember, name, "cannot be emptied")),
            found => Ok(found.flatten()),
        }
    }

    /// A value that may be left out (`None`) or emptied (`Some(None)`).
    pub fn clearable<T: PartialEq>(
        &mut self,
        name: &'static str,
        read: impl Fn(&str) -> Result<T, Reason>,
    ) -> Result<Option<Option<T>>, Noted> {
        let mut found: Option<Option<T>> = None;
        for (spelling, input) in self.take(name) {
            let value = match input {
                Input::Json(Json::Null) => None,
                Input::Json(Json::Text(text)) if text.is_empty() && self.source == Source::Body => None,
                Input::Json(Json::Text(text)) => match read(&text) {
                    Ok(value) => Some(value),
                    Err(reason) => return Err(self.note_invalid(&spelling, reason)),
                },
                Input::Json(other) => return Err(self.note_invalid(&spelling, format!("must be a string, not {}", other.kind()))),
                Input::Undecodable => return Err(self.note_invalid(&spelling, "is not percent-encoded UTF-8")),
            };
            found = match (found, value) {
                (Some(Some(one)), Some(other)) if one != other => return Err(self.note_invalid(&spelling, format!("differs from {name}"))),
                (Some(Some(one)), _) => Some(Some(one)),
                (_, value) => Some(value),
            };
        }
        Ok(found)
    }

    /// `true` or `false`, if given.
    pub fn boolean(&mut self, name: &'static str) -> Result<Option<bool>, Noted> {
        match self.any(name) {
            None => Ok(None),
            Some(Json::Bool(value)) => Ok(Some(value)),
            Some(other) => Err(self.note_invalid(name, format!("must be a boolean, not {}", other.kind()))),
        }
    }

    /// A list of texts, if given; `null` is the same as absence.
    pub fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, Noted> {
        let items = match self.any(name) {
            None | Some(Json::Null) => return Ok(None),
            Some(Json::List(items)) => items,
            Some(other) => return Err(self.note_invalid(name, format!("must be an array, not {}", other.kind()))),
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Json::Text(text) => texts.push(text),
                other => return Err(self.note_invalid(name, format!("must be an array of strings, without {}", other.kind()))),
            }
        }
        Ok(Some(texts))
    }

    /// A value of any type, for a reader of its own.
    pub fn any(&mut self, name: &'static str) -> Option<Json> {
        self.take(name).into_iter().find_map(|(_, input)| match input {
            Input::Json(value) => Some(value),
            Input::Undecodable => None,
        })
    }

    /// Accepts a member that only answers carry, and ignores it. `datetime` and `dateTime` are one.
    pub fn ignore(&mut self, name: &'static str) {
        self.take(name);
        self.asked_last(|asked| asked.is_ignored = true);
    }

    fn asked_last(&mut self, change: impl FnOnce(&mut Asked)) {
        if let Some(asked) = self.asked.last_mut() {
            change(asked);
        }
    }

    /// Whether a value is there, and not empty.
    pub fn has(&self, name: &str) -> bool {
        self.inputs.iter().any(|(given, input)| {
            let is_empty = matches!(input, Input::Json(Json::Null)) || matches!(input, Input::Json(Json::Text(text)) if text.is_empty());
            given == name && !is_empty
        })
    }

    /// Notes a mistake in the value of that name.
    pub fn note(&mut self, code: Code, name: &str, message: impl Into<String>) -> Noted {
        self.problems.push((code, MemberProblem { member: name.to_owned(), message: message.into() }));
        Noted(())
    }

    /// Notes that the value of that name is none that it can have.
    pub fn note_invalid(&mut self, name: &str, message: impl Into<String>) -> Noted {
        let code = match self.source {
            Source::Body => Code::InvalidMember,
            Source::Query => Code::InvalidParameter,
        };
        self.note(code, name, message)
    }

    /// Notes that an alias was used.
    pub fn note_alias(&mut self, alias: Alias) {
        self.aliases.push(alias);
    }

    /// What a type asks for, in its order; aliases are not among it.
    pub fn asked_by<T: FromFields>(source: Source) -> Vec<Asked> {
        let mut fields = Self::new(source, Vec::new());
        // Whether it can be built from nothing does not matter here.
        drop(T::read(&mut fields));
        fields.asked
    }

    /// Builds `T`, or says what is wrong. Returns the aliases that were used beside it.
    pub fn into_value<T: FromFields>(mut self, is_strict: bool) -> Result<(T, Vec<Alias>), Problem> {
        let built = T::read(&mut self);
        if is_strict && self.problems.is_empty() {
            self.note_unknown();
        }
        match (built, self.problems.is_empty()) {
            (Ok(value), true) => Ok((value, self.aliases)),
            _ => Err(self.into_problem()),
        }
    }

    /// All inputs of that name, under each accepted spelling. A query may repeat a parameter.
    fn take(&mut self, name: &'static str) -> Vec<(String, Input)> {
        self.asked.push(Asked { name, is_required: false, is_ignored: false });
        let mut taken = Vec::new();
        let mut position = 0;
        while position < self.inputs.len() {
            let alias = Alias::of_member(&self.inputs[position].0, name);
            if self.inputs[position].0 != name && alias.is_none() {
                position += 1;
                continue;
            }
            self.aliases.extend(alias);
            let input = self.inputs.remove(position);
            if taken.iter().any(|(spelling, _)| *spelling == input.0) {
                self.note_invalid(name, "is given more than once");
            }
            taken.push(input);
        }
        taken
    }

    fn note_unknown(&mut self) {
        let code = match self.source {
            Source::Body => Code::UnknownMember,
            Source::Query => Code::UnknownParameter,
        };
        for (name, _) in std::mem::take(&mut self.inputs) {
            self.note(code, &name, "is not known here");
        }
    }

    fn into_problem(self) -> Problem {
        let mut problems = self.problems.into_iter();
        let Some((code, first)) = problems.next() else { return Problem::internal() };
        Problem::new(code)
            .detail(format!("{} {}", first.member, first.message))
            .blaming_all(std::iter::once(first).chain(problems.map(|(_, problem)| problem)).collect())
    }
}

#[cfg(test)]
mod tests;
