//! The ZIP file.
//!
//! It is made in memory: pictures are stored as they are (they would not get smaller), and no more of them are taken
//! in than the function has room for.

use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
};

use domain::ids::UploadId;
use ports::{PortError, PortResult, pictures::Upload};
use serde_json::Value;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Bytes of pictures at most. All that the pages can name are fewer: one photo of 5 MiB, 80 others of 500 KB; more
/// can only be pictures that no page names.
const MAX_BYTES: usize = 64 * 1_024 * 1_024;

/// A ZIP file in the making.
pub(crate) struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    bytes: usize,
    names: BTreeMap<UploadId, String>,
}

impl Default for Archive {
    fn default() -> Self {
        Self { zip: ZipWriter::new(Cursor::default()), bytes: 0, names: BTreeMap::new() }
    }
}

impl Archive {
    /// Whether another picture may be taken in.
    pub(crate) fn has_room(&self) -> bool {
        self.bytes < MAX_BYTES
    }

    /// Takes a picture in.
    pub(crate) fn add_picture(&mut self, upload: &Upload, bytes: &[u8]) -> PortResult<()> {
        // JPEG begins with FF D8 (ITU-T T.81, B.1.1.3); the only other clean copies are PNG.
        let extension = if bytes.starts_with(&[0xFF, 0xD8]) { "jpg" } else { "png" };
        let name = format!("pictures/{}-{}.{extension}", upload.purpose.as_str(), upload.id);
        self.add(&name, CompressionMethod::Stored, bytes)?;
        self.bytes += bytes.len();
        self.names.insert(upload.id, name);
        Ok(())
    }

    /// The name under which a picture lies in the file.
    pub(crate) fn name_of(&self, upload: UploadId) -> Option<&str> {
        self.names.get(&upload).map(String::as_str)
    }

    /// The whole file, with the data.
    pub(crate) fn finish(mut self, data: &Value) -> PortResult<Vec<u8>> {
        let json = serde_json::to_vec_pretty(data).map_err(|error| PortError::Internal(Box::new(error)))?;
        self.add("data.json", CompressionMethod::Deflated, &json)?;
        Ok(self.zip.finish().map_err(broken)?.into_inner())
    }

    /// Entries have no date of their own, so that the same request makes the same file.
    fn add(&mut self, name: &str, method: CompressionMethod, bytes: &[u8]) -> PortResult<()> {
        let options = SimpleFileOptions::default().compression_method(method);
        self.zip.start_file(name, options).map_err(broken)?;
        self.zip.write_all(bytes).map_err(broken)
    }
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> PortError {
    PortError::Internal(Box::new(error))
}
