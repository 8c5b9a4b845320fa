//! The sample in a template's header must be a file that was uploaded (reference §3, §4.2).

use serde_json::Value;

use crate::graph::refusal::Refusal;
use crate::world::World;
use crate::world::template::Template;

pub(super) fn check(world: &World, template: &Template) -> Result<(), Refusal> {
    let Some(header) = template.component("HEADER") else { return Ok(()) };
    let expected = match header["format"].as_str().unwrap_or_default() {
        "IMAGE" => "image/",
        "VIDEO" | "GIF" => "video/",
        "DOCUMENT" => "application/",
        "TEXT" | "LOCATION" => return Ok(()),
        _ => return Err(Refusal::parameter("Param format must be one of {TEXT, IMAGE, VIDEO, DOCUMENT, GIF, LOCATION}.")),
    };
    let handle = match &header["example"]["header_handle"] {
        Value::Array(handles) => handles.first().and_then(Value::as_str),
        handle => handle.as_str(),
    };
    let missing = || Refusal::parameter("component of type HEADER is missing expected field(s) (example)").with_subcode(2_388_043);
    let handle = handle.ok_or_else(missing)?;
    let upload = world.uploads.values().find(|upload| upload.handle.as_deref() == Some(handle));
    let is_good = upload.is_some_and(|upload| upload.file_type.starts_with(expected));
    if is_good { Ok(()) } else { Err(Refusal::parameter("Param header_handle is not the handle of an uploaded file of this format.")) }
}
