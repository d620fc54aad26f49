//! Collection windows.

use domain::{
    case::{Case, FourEyes},
    divisions::Division,
    moment::Moment,
    window::Window,
};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// Reads windows.
pub trait LoadWindow: Sync {
    /// The province's window; none where it takes collections at any time.
    fn load_window(&self, province: Division) -> impl Future<Output = PortResult<Option<Window>>> + Send;

    /// Which decisions on the case need two, as the province of its division has it.
    fn load_four_eyes(&self, case: &Case) -> impl Future<Output = PortResult<FourEyes>> + Send {
        let division = case.division;
        async move {
            let Some(division) = division else { return Ok(FourEyes::default()) };
            let window = self.load_window(division.province()).await?;
            Ok(window.map(|window| window.four_eyes).unwrap_or_default())
        }
    }
}

/// Lists windows.
pub trait ListWindows: Sync {
    /// The windows of those provinces, in no order.
    fn list_windows(&self, provinces: &[Division]) -> impl Future<Output = PortResult<Vec<Window>>> + Send;
}

/// One line of a window's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowChange {
    /// The window before; none when there was none.
    pub before: Option<Window>,
    /// The window after.
    pub after: Window,
    /// When it was changed.
    pub at: Moment,
    /// Which administrator changed it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Changes windows.
pub trait SaveWindow: Sync {
    /// The window and the line of its history, both or none; `Conflict` when the window is not as it was `before`.
    fn save_window(&self, change: &WindowChange) -> impl Future<Output = PortResult<()>> + Send;
}
