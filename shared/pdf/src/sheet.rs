//! Sheets of paper, and the distribution of rows over them. Lengths are in points, and y runs downwards.

use crate::{
    fonts::{Faces, Style},
    text::wrap,
};

/// A4, ISO 216.
pub(crate) const WIDTH: f32 = 595.28;
/// A4, ISO 216.
pub(crate) const HEIGHT: f32 = 841.89;
/// Left and right margin: 17 mm.
pub(crate) const MARGIN: f32 = 48.0;
/// The width between the margins.
pub(crate) const INNER: f32 = WIDTH - 2.0 * MARGIN;
/// The top of the rows, below the running head.
pub(crate) const TOP: f32 = 62.0;
/// The bottom of the rows, above the foot.
pub(crate) const BOTTOM: f32 = HEIGHT - 56.0;
/// A millimetre in points.
pub(crate) const MM: f32 = 72.0 / 25.4;

/// The shade of cells with headings: 0 is black, 1 white.
pub(crate) const SHADE: f32 = 0.93;
const RULE: f32 = 0.45;
const PADDING: f32 = 4.0;
const LEADING: f32 = 1.38;
/// How far below the top of its square a Chinese character's baseline is, in ems (OpenType `BASE`, `ideo`).
const ASCENT: f32 = 0.88;

/// A drawing operation.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Text; `y` is its baseline.
    Text { x: f32, y: f32, size: f32, style: Style, text: String },
    /// A rectangle with a border, a shade, or both.
    Rect { x: f32, y: f32, width: f32, height: f32, shade: Option<f32>, border: bool },
    /// The photo, scaled to fit.
    Photo { x: f32, y: f32, width: f32, height: f32 },
    /// A QR code: rows of dark and light.
    Modules { x: f32, y: f32, size: f32, rows: Vec<Vec<bool>> },
}

impl Op {
    /// Moves the operation.
    pub(crate) fn shift(&mut self, dx: f32, dy: f32) {
        let (Self::Text { x, y, .. }
        | Self::Rect { x, y, .. }
        | Self::Photo { x, y, .. }
        | Self::Modules { x, y, .. }) = self;
        *x += dx;
        *y += dy;
    }
}

/// A part as wide as the page that is never split.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strip {
    /// Its height.
    pub(crate) height: f32,
    /// Its drawing operations, relative to its upper left corner.
    pub(crate) ops: Vec<Op>,
}

impl Strip {
    /// White space.
    pub(crate) fn gap(height: f32) -> Self {
        Self { height, ops: Vec::new() }
    }

    /// Stacks strips into one.
    pub(crate) fn stack(strips: Vec<Self>) -> Self {
        let mut all = Self::default();
        for strip in strips {
            all.ops.extend(strip.ops.into_iter().map(|mut op| {
                op.shift(0.0, all.height);
                op
            }));
            all.height += strip.height;
        }
        all
    }
}

/// An item that is placed on the pages.
#[derive(Debug)]
pub(crate) enum Item {
    /// A strip.
    Strip(Strip),
    /// White space; omitted at the top of a page.
    Space(f32),
    /// A group of items with a head.
    Group(Group),
}

/// Items with a head that is repeated on each page that they continue on.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// The head.
    pub(crate) head: Strip,
    /// The repeated head.
    pub(crate) again: Strip,
    /// The items of the group.
    pub(crate) items: Vec<Item>,
    /// Whether the group starts a new page instead of being split, if a page can hold it.
    pub(crate) together: bool,
}

impl Item {
    fn height(&self) -> f32 {
        match self {
            Self::Strip(strip) => strip.height,
            Self::Space(height) => *height,
            Self::Group(group) => group.head.height + group.items.iter().map(Self::height).sum::<f32>(),
        }
    }

    /// The minimum height that must fit on the current page, so that a head is never left alone.
    fn least(&self) -> f32 {
        match self {
            Self::Strip(strip) => strip.height,
            Self::Space(_) => 0.0,
            Self::Group(group) => group.head.height + group.items.first().map_or(0.0, Self::least),
        }
    }
}

/// Pages during layout.
pub(crate) struct Sheets {
    pages: Vec<Vec<Op>>,
    y: f32,
    /// The heads to repeat, outermost first.
    heads: Vec<Strip>,
}

impl Sheets {
    /// Starts with one empty page whose rows begin at `top`.
    pub(crate) fn new(top: f32) -> Self {
        Self { pages: vec![Vec::new()], y: top, heads: Vec::new() }
    }

    /// Returns all pages.
    pub(crate) fn finish(self) -> Vec<Vec<Op>> {
        self.pages
    }

    /// Places an item below the previous one.
    pub(crate) fn place(&mut self, item: Item) {
        let heads: f32 = self.heads.iter().map(|head| head.height).sum();
        let whole = item.height();
        let is_whole = matches!(&item, Item::Group(group) if group.together) && TOP + heads + whole <= BOTTOM;
        let wanted = if is_whole { whole } else { item.least() };
        // If this page is still empty, a new page would not have more room.
        if self.y + wanted > BOTTOM && self.y > TOP + heads {
            self.turn();
        }
        match item {
            Item::Strip(strip) => self.put(strip),
            Item::Space(height) if self.y > TOP + heads => self.y += height,
            Item::Space(_) => {}
            Item::Group(group) => {
                self.put(group.head);
                self.heads.push(group.again);
                group.items.into_iter().for_each(|item| self.place(item));
                self.heads.pop();
            }
        }
    }

    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
        for head in self.heads.clone() {
            self.put(head);
        }
    }

    fn put(&mut self, strip: Strip) {
        let Some(page) = self.pages.last_mut() else { return };
        for mut op in strip.ops {
            op.shift(MARGIN, self.y);
            page.push(op);
        }
        self.y += strip.height;
    }
}

/// A cell of a row.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    width: f32,
    style: Style,
    size: f32,
    centred: bool,
}

/// A cell with a value.
pub(crate) fn value(text: impl Into<String>, width: f32) -> Cell {
    Cell { text: text.into(), width, style: Style::Body, size: 9.0, centred: false }
}

/// A shaded cell with the name of a field.
pub(crate) fn label(text: impl Into<String>, width: f32) -> Cell {
    Cell { text: text.into(), width, style: Style::Bold, size: 8.5, centred: true }
}

impl Cell {
    /// Centres its text.
    pub(crate) fn centred(self) -> Self {
        Self { centred: true, ..self }
    }

    /// Sets the size of its text.
    pub(crate) fn sized(self, size: f32) -> Self {
        Self { size, ..self }
    }
}

/// A row of cells, as high as the highest of them and at least `least`.
pub(crate) fn row(faces: &Faces<'_>, least: f32, cells: Vec<Cell>) -> Strip {
    let lines: Vec<_> = cells
        .iter()
        .map(|cell| wrap(faces, cell.style, cell.size, &cell.text, cell.width - 2.0 * PADDING))
        .collect();
    let text_height = |cell: &Cell, lines: &[String]| {
        let leading = cell.size * LEADING;
        lines.iter().fold(0.0, |height: f32, _| height + leading)
    };
    let tallest = cells.iter().zip(&lines).map(|(cell, lines)| text_height(cell, lines)).fold(0.0, f32::max);
    let height = least.max(tallest + 1.6 * PADDING);

    let mut strip = Strip::gap(height);
    let mut x = 0.0;
    for (cell, lines) in cells.into_iter().zip(lines) {
        let shade = (cell.style == Style::Bold).then_some(SHADE);
        strip.ops.push(Op::Rect { x, y: 0.0, width: cell.width, height, shade, border: true });
        let mut top = (height - text_height(&cell, &lines)) / 2.0;
        for text in lines {
            let width = faces.width(cell.style, &text) * cell.size;
            let at = if cell.centred { (cell.width - width) / 2.0 } else { PADDING };
            let y = top + cell.size * ((LEADING - 1.0) / 2.0 + ASCENT);
            strip.ops.push(Op::Text { x: x + at, y, size: cell.size, style: cell.style, text });
            top += cell.size * LEADING;
        }
        x += cell.width;
    }
    strip
}

/// The thickness of borders.
pub(crate) const fn rule() -> f32 {
    RULE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(height: f32, name: &str) -> Strip {
        let text = Op::Text { x: 0.0, y: 0.0, size: 9.0, style: Style::Body, text: name.to_owned() };
        Strip { height, ops: vec![text] }
    }

    fn texts(page: &[Op]) -> Vec<&str> {
        page.iter()
            .filter_map(|op| if let Op::Text { text, .. } = op { Some(text.as_str()) } else { None })
            .collect()
    }

    fn group(rows: usize, height: f32, together: bool) -> Item {
        let items = (0..rows).map(|_| Item::Strip(strip(height, "row"))).collect();
        Item::Group(Group { head: strip(20.0, "head"), again: strip(20.0, "again"), items, together })
    }

    #[test]
    fn heads_are_repeated_and_never_left_alone() {
        let mut sheets = Sheets::new(TOP);
        sheets.place(Item::Strip(strip(BOTTOM - TOP - 100.0, "first")));
        sheets.place(group(3, 90.0, false));
        let pages = sheets.finish();
        assert_eq!(pages.len(), 2);
        assert_eq!((texts(&pages[0]), texts(&pages[1])), (vec!["first"], vec!["head", "row", "row", "row"]));

        let mut sheets = Sheets::new(TOP);
        sheets.place(group(4, 300.0, false));
        let pages = sheets.finish();
        assert_eq!(texts(&pages[0]), ["head", "row", "row"]);
        assert_eq!(texts(&pages[1]), ["again", "row", "row"]);
    }

    #[test]
    fn group_is_not_split_if_it_fits_on_one_page() {
        let mut sheets = Sheets::new(TOP);
        sheets.place(Item::Strip(strip(400.0, "first")));
        sheets.place(group(4, 100.0, true));
        sheets.place(group(40, 100.0, true));
        let pages = sheets.finish();
        assert_eq!(texts(&pages[0]), ["first"]);
        assert_eq!(texts(&pages[1])[..5], ["head", "row", "row", "row", "row"]);
        assert!(pages.len() > 6);
    }
}
