//! Collection windows.

use domain::{
    case::{Case, FourEyes},
    divisions::Division,
    moment::Moment,
    window::Window,
};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// Reads collection windows.
pub trait LoadWindow: Sync {
    /// Returns the province's window; `None` if the province accepts collections at any time.
    fn load_window(&self, province: Division) -> impl Future<Output = PortResult<Option<Window>>> + Send;

    /// Returns which decisions on the case need a second review in its province.
    fn load_four_eyes(&self, case: &Case) -> impl Future<Output = PortResult<FourEyes>> + Send {
        let division = case.division;
        async move {
            let Some(division) = division else { return Ok(FourEyes::default()) };
            let window = self.load_window(division.province()).await?;
            Ok(window.map(|window| window.four_eyes).unwrap_or_default())
        }
    }
}

/// Lists collection windows.
pub trait ListWindows: Sync {
    /// Returns the windows of those provinces, in no order.
    fn list_windows(&self, provinces: &[Division]) -> impl Future<Output = PortResult<Vec<Window>>> + Send;
}

/// An entry in a window's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowChange {
    /// The window before the change; `None` if the window is new.
    pub before: Option<Window>,
    /// The window after the change.
    pub after: Window,
    /// When it was changed.
    pub at: Moment,
    /// The administrator who changed it.
    pub by: String,
    /// The reason for the change.
    pub reason: String,
}

/// Saves collection windows.
pub trait SaveWindow: Sync {
    /// Saves the window and the entry in its history, both or neither; `Conflict` if the stored window differs from
    /// `before`.
    fn save_window(&self, change: &WindowChange) -> impl Future<Output = PortResult<()>> + Send;
}
