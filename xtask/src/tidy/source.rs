//! A Rust file, taken apart into code, comments and literals, with the parts that are tests marked.
//!
//! Blanking out keeps every line where it is, so a line number means the same in all parts.

use std::ops::RangeInclusive;

/// One Rust file of the repository.
pub(crate) struct Source {
    /// From the root of the repository, with `/`.
    pub(crate) path: String,
    /// The text as it stands.
    pub(crate) text: String,
    /// The text with comments and literals blanked out.
    pub(crate) code: String,
    pub(crate) comments: Vec<Piece>,
    /// What stands inside string literals.
    pub(crate) literals: Vec<Piece>,
    test_lines: Vec<RangeInclusive<usize>>,
}

/// A comment or a literal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The line it begins on, from 1.
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) lines: RangeInclusive<usize>,
}

impl Source {
    /// Takes a file apart.
    pub(crate) fn new(path: impl Into<String>, text: &str) -> Self {
        let mut lexer =
            Lexer { rest: text.chars().collect(), at: 0, line: 1, code: String::new(), comments: Vec::new(), literals: Vec::new() };
        lexer.run();
        let Lexer { code, comments, literals, .. } = lexer;
        let test_lines = test_modules(&code);
        Self { path: path.into(), text: text.to_owned(), code, comments, literals, test_lines }
    }

    /// Whether the line belongs to a test.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        let is_test_file = parts.iter().any(|part| matches!(*part, "tests" | "benches" | "tests.rs"));
        is_test_file || self.test_lines.iter().any(|lines| lines.contains(&line))
    }

    /// The lines of code outside tests, numbered from 1.
    pub(crate) fn product_code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(|(line, _)| !self.is_test(*line))
    }

    /// All functions that have a body.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let starts =
            self.code.match_indices("fn ").filter(|(at, _)| !self.code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
        starts.filter_map(|(at, _)| function_at(&self.code, at)).collect()
    }
}

fn function_at(code: &str, at: usize) -> Option<Function> {
    let name: String = code[at + 3..].trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let body = body_after(code, at)?;
    let lines = line_of(code, at)..=line_of(code, *body.end());
    (!name.is_empty()).then_some(Function { name, lines })
}

/// Where the next `{…}` opens and closes; `None` when a `;` outside brackets comes first.
fn body_after(code: &str, from: usize) -> Option<RangeInclusive<usize>> {
    let mut brackets = 0;
    let (mut opened, mut depth) = (None, 0);
    for (at, c) in code[from..].char_indices().map(|(offset, c)| (from + offset, c)) {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets -= 1,
            ';' if brackets == 0 && opened.is_none() => return None,
            '{' => {
                opened = opened.or(Some(at));
                depth += 1;
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(opened?..=at);
                }
            }
            _ => {}
        }
    }
    None
}

fn test_modules(code: &str) -> Vec<RangeInclusive<usize>> {
    let marks = code.match_indices("#[cfg(test)]");
    marks.filter_map(|(at, _)| body_after(code, at).map(|body| line_of(code, at)..=line_of(code, *body.end()))).collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

struct Lexer {
    rest: Vec<char>,
    at: usize,
    line: usize,
    code: String,
    comments: Vec<Piece>,
    literals: Vec<Piece>,
}

impl Lexer {
    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('\'', _) => self.character_or_lifetime(),
                _ if c.is_alphanumeric() || c == '_' => self.word(),
                _ => self.keep(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    fn keep(&mut self) {
        if let Some(c) = self.advance() {
            self.code.push(c);
        }
    }

    fn blank(&mut self) -> Option<char> {
        let c = self.advance()?;
        self.code.push(if c == '\n' { '\n' } else { ' ' });
        Some(c)
    }

    fn advance(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn line_comment(&mut self) {
        let line = self.line;
        let mut text = String::new();
        while self.peek(0).is_some_and(|c| c != '\n') {
            text.extend(self.blank());
        }
        self.comments.push(Piece { line, text });
    }

    fn block_comment(&mut self) {
        let line = self.line;
        let mut text = String::new();
        let mut depth = 0;
        while let Some(c) = self.peek(0) {
            let pair = (c, self.peek(1));
            depth += i32::from(pair == ('/', Some('*'))) - i32::from(pair == ('*', Some('/')));
            text.extend(self.blank());
            if pair == ('/', Some('*')) || pair == ('*', Some('/')) {
                text.extend(self.blank());
            }
            if depth == 0 {
                break;
            }
        }
        self.comments.push(Piece { line, text });
    }

    /// An identifier, a number, or what precedes a raw string (`r`, `br`, `cr`) with its `#` marks.
    fn word(&mut self) {
        let begin = self.at;
        while self.peek(0).is_some_and(|c| c.is_alphanumeric() || c == '_') {
            self.keep();
        }
        let word: String = self.rest[begin..self.at].iter().collect();
        if !matches!(word.as_str(), "r" | "br" | "cr") {
            return;
        }
        let marks = self.rest[self.at..].iter().take_while(|c| **c == '#').count();
        if self.peek(marks) == Some('"') {
            self.raw_string(marks);
        }
    }

    fn raw_string(&mut self, marks: usize) {
        let line = self.line;
        for _ in 0..=marks {
            self.blank();
        }
        let mut text = String::new();
        while let Some(c) = self.blank() {
            if c == '"' && (0..marks).all(|ahead| self.peek(ahead) == Some('#')) {
                break;
            }
            text.push(c);
        }
        for _ in 0..marks {
            self.blank();
        }
        self.literals.push(Piece { line, text });
    }

    fn string(&mut self) {
        let line = self.line;
        self.blank();
        let mut text = String::new();
        while let Some(c) = self.blank() {
            match c {
                '"' => break,
                '\\' => text.extend([Some(c), self.blank()].into_iter().flatten()),
                _ => text.push(c),
            }
        }
        self.literals.push(Piece { line, text });
    }

    fn character_or_lifetime(&mut self) {
        if self.peek(1) == Some('\\') {
            self.blank();
            self.blank();
            self.blank();
            while self.blank().is_some_and(|c| c != '\'') {}
        } else if self.peek(2) == Some('\'') {
            for _ in 0..3 {
                self.blank();
            }
        } else {
            self.keep();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn code_comments_and_literals_are_told_apart() {
        let source = Source::new("a.rs", "let a = \"x // y\"; // z \"q\"\nlet b = r#\"say \"hi\"\"#; /* m /* n */ o */ let c = 1;");
        assert_eq!(source.literals.iter().map(|l| l.text.as_str()).collect::<Vec<_>>(), ["x // y", "say \"hi\""]);
        assert_eq!(source.comments.len(), 2);
        assert!(source.code.contains("let c = 1;") && !source.code.contains('z') && !source.code.contains('n'));
        assert_eq!(source.literals[1].line, 2);
    }

    #[test]
    fn quotation_marks_in_characters_and_lifetimes_open_nothing() {
        let source = Source::new("a.rs", r#"fn f<'a>(x: &'a str) { g('"', '\'', '\\', '\u{22}'); } // c"#);
        assert!(source.literals.is_empty());
        assert_eq!(source.comments.len(), 1);
    }

    #[test]
    fn functions_are_measured_from_signature_to_closing_brace() {
        let source = Source::new("a.rs", "trait T { fn a(x: [u8; 3]); }\nfn b(\n  x: [u8; 3],\n) {\n  if x { }\n}\n");
        let functions = source.functions();
        assert_eq!(functions.len(), 1);
        assert_eq!((functions[0].name.as_str(), functions[0].lines.clone()), ("b", 2..=6));
    }

    #[test]
    fn test_modules_and_test_files_are_known() {
        let source = Source::new("src/a.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n");
        assert_eq!((1..=6).map(|line| source.is_test(line)).collect::<Vec<_>>(), [false, true, true, true, true, false]);
        assert!(Source::new("crates/x/tests/it/main.rs", "").is_test(1));
        assert!(Source::new("crates/x/src/a/tests.rs", "").is_test(1));
    }
}
