//! Tables for people: aligned, without lines, cut to the terminal where they have to be.

use comfy_table::{
    Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table as Grid,
    presets,
};

use crate::output::{View, on_one_line};

/// A sentence keeps at least so many columns as long as others can yield.
const TEXT_ROOM: u16 = 30;
/// A sentence is never cut below this; on a terminal that is narrower yet, lines are longer than it.
const TEXT_LEAST: u16 = 10;
/// Between two columns.
const GAP: u16 = 2;

/// What a column holds, which decides how it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// Words: shown whole.
    Word(&'static str),
    /// A number: shown whole, to the right.
    Number(&'static str),
    /// A sentence: takes the room that is left, and is cut with `…`.
    Text(&'static str),
    /// A sentence: takes the room that is left, and goes on below.
    Wrapped(&'static str),
}

impl Column {
    fn title(self) -> &'static str {
        match self {
            Self::Word(title) | Self::Number(title) | Self::Text(title) | Self::Wrapped(title) => {
                title
            }
        }
    }
}

/// A table: a header, unless all its titles are empty, and rows.
pub(crate) struct Table {
    columns: Vec<Column>,
    indent: u16,
    rows: Vec<Vec<String>>,
    sparse: &'static [&'static str],
    yielding: &'static [&'static str],
}

impl Table {
    /// A table with these columns and no rows.
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self { columns: columns.into(), indent: 0, rows: Vec::new(), sparse: &[], yielding: &[] }
    }

    /// Leaves these columns out if they are empty in all rows.
    #[must_use]
    pub(crate) fn sparse(mut self, titles: &'static [&'static str]) -> Self {
        self.sparse = titles;
        self
    }

    /// Leaves these columns out, one after the other, while the sentence has too little room.
    #[must_use]
    pub(crate) fn yielding(mut self, titles: &'static [&'static str]) -> Self {
        self.yielding = titles;
        self
    }

    /// Puts spaces in front of each line.
    #[must_use]
    pub(crate) fn indented(mut self, spaces: u16) -> Self {
        self.indent = spaces;
        self
    }

    /// Adds a row; its cells stand for the columns, in their order.
    pub(crate) fn row(&mut self, cells: impl Into<Vec<String>>) {
        self.rows.push(cells.into());
    }

    /// The text, each line ending with a line end and without spaces before it.
    pub(crate) fn render(mut self, view: &View) -> String {
        for title in self.sparse {
            let empty = |at| self.rows.iter().all(|row| row.get(at).is_none_or(String::is_empty));
            if self.position(title).is_some_and(empty) {
                self.leave_out(title);
            }
        }
        let Some(width) = view.width else { return self.drawn(view, None) };
        for title in self.yielding {
            if self.least_width(TEXT_ROOM) <= width {
                break;
            }
            self.leave_out(title);
        }
        let width = width.max(self.least_width(TEXT_LEAST));
        self.drawn(view, Some(width))
    }

    fn position(&self, title: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.title() == title)
    }

    fn leave_out(&mut self, title: &str) {
        let Some(at) = self.position(title) else { return };
        self.columns.remove(at);
        for row in self.rows.iter_mut().filter(|row| at < row.len()) {
            row.remove(at);
        }
    }

    /// The width in which all but sentences stand whole, and each sentence has `text`, or what it needs if that is less.
    fn least_width(&self, text: u16) -> u16 {
        let mut grid = Grid::new();
        grid.set_header(self.columns.iter().map(|column| column.title()));
        for row in &self.rows {
            grid.add_row(row.iter().map(|cell| on_one_line(cell)));
        }
        let mut least = self.indent;
        for (column, width) in self.columns.iter().zip(grid.column_max_content_widths()) {
            let title = u16::try_from(column.title().len()).unwrap_or(u16::MAX);
            let width = match column {
                Column::Word(_) | Column::Number(_) => width,
                Column::Text(_) | Column::Wrapped(_) => width.min(text).max(title),
            };
            least = least.saturating_add(width).saturating_add(GAP);
        }
        least.saturating_sub(GAP)
    }

    fn drawn(&self, view: &View, width: Option<u16>) -> String {
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING).set_truncation_indicator("…");
        if view.paint.is_on() {
            grid.enforce_styling();
        } else {
            grid.force_no_tty();
        }
        match width {
            Some(width) => {
                grid.set_width(width).set_content_arrangement(ContentArrangement::Dynamic)
            }
            None => grid.set_content_arrangement(ContentArrangement::Disabled),
        };
        if self.columns.iter().any(|column| !column.title().is_empty()) {
            let cells = self.columns.iter().map(|column| {
                Cell::new(column.title())
                    .add_attribute(Attribute::Bold)
                    .set_alignment(alignment(*column))
            });
            grid.set_header(Row::from(cells.collect::<Vec<_>>()));
        }
        let wraps = self.columns.iter().any(|column| matches!(column, Column::Wrapped(_)));
        for row in &self.rows {
            let cells = self.columns.iter().zip(row).map(|(column, text)| cell(*column, text));
            let mut row = Row::from(cells.collect::<Vec<_>>());
            if !wraps {
                row.max_height(1);
            }
            grid.add_row(row);
        }
        let last = self.columns.len().saturating_sub(1);
        for (index, (column, grid_column)) in
            self.columns.iter().zip(grid.column_iter_mut()).enumerate()
        {
            grid_column.set_padding((
                if index == 0 { self.indent } else { 0 },
                if index == last { 0 } else { GAP },
            ));
            if matches!(column, Column::Word(_) | Column::Number(_)) {
                grid_column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        let mut text = String::new();
        for line in grid.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn cell(column: Column, text: &str) -> Cell {
    let cell = Cell::new(on_one_line(text)).set_alignment(alignment(column));
    match column {
        // A delimiter that does not occur: the text is cut where the room ends and not at the last space before.
        Column::Text(_) => cell.set_delimiter('\0'),
        Column::Word(_) | Column::Number(_) | Column::Wrapped(_) => cell,
    }
}

fn alignment(column: Column) -> CellAlignment {
    match column {
        Column::Number(_) => CellAlignment::Right,
        Column::Word(_) | Column::Text(_) | Column::Wrapped(_) => CellAlignment::Left,
    }
}

/// Facts about one thing, a line each: aligned names, then values. Those without a value are left out.
pub(crate) fn facts(pairs: &[(&'static str, String)], view: &View) -> String {
    let mut table = Table::new([Column::Word(""), Column::Wrapped("")]);
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        table.row([(*name).to_owned(), value.clone()]);
    }
    table.render(view)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Table {
        let mut table =
            Table::new([Column::Number("PLACE"), Column::Word("KEY"), Column::Text("TITLE")]);
        table.row(["1".to_owned(), "ONLINE-1".to_owned(), "Check out as a guest".to_owned()]);
        table.row([
            "12".to_owned(),
            "A-1".to_owned(),
            "店舗で商品を返品できるようにする".to_owned(),
        ]);
        table
    }

    #[test]
    fn without_a_terminal_nothing_is_cut() {
        assert_eq!(
            example().render(&View::plain(None)),
            "PLACE  KEY       TITLE\n    1  ONLINE-1  Check out as a guest\n   12  A-1       店舗で商品を返品できるようにする\n"
        );
    }

    #[test]
    fn a_title_is_cut_to_the_terminal_by_the_width_of_its_characters() {
        assert_eq!(
            example().render(&View::plain(Some(30))),
            "PLACE  KEY       TITLE\n    1  ONLINE-1  Check out as…\n   12  A-1       店舗で商品を…\n"
        );
    }

    #[test]
    fn columns_yield_in_their_order_so_that_the_sentence_can_be_read() {
        let wide = || {
            let columns = [
                Column::Word("KEY"),
                Column::Text("TITLE"),
                Column::Word("KIND"),
                Column::Word("MOSCOW"),
                Column::Word("PIN"),
            ];
            let mut table = Table::new(columns).sparse(&["PIN"]).yielding(&["KIND", "MOSCOW"]);
            let title = "Take the coupon off once, whatever the customer does";
            table.row(["CLOUD-1", title, "story", "MUST", ""].map(ToOwned::to_owned));
            table
        };
        for (width, expected) in [
            (
                54,
                "KEY      TITLE                           KIND   MOSCOW\nCLOUD-1  Take the coupon off once, wha…  story  MUST\n",
            ),
            (
                52,
                "KEY      TITLE                                MOSCOW\nCLOUD-1  Take the coupon off once, whatever…  MUST\n",
            ),
            (40, "KEY      TITLE\nCLOUD-1  Take the coupon off once, what…\n"),
            (6, "KEY      TITLE\nCLOUD-1  Take the …\n"),
        ] {
            assert_eq!(wide().render(&View::plain(Some(width))), expected, "{width}");
        }
    }

    #[test]
    fn facts_leave_out_what_is_not_known() {
        let pairs = [
            ("Title", "Guest checkout".to_owned()),
            ("Parent", String::new()),
            ("Place", "3".to_owned()),
        ];
        assert_eq!(facts(&pairs, &View::plain(None)), "Title  Guest checkout\nPlace  3\n");
    }

    #[test]
    fn a_long_fact_goes_on_below() {
        let pairs = [("Reason", "the shops open before the web site does".to_owned())];
        assert_eq!(
            facts(&pairs, &View::plain(Some(28))),
            "Reason  the shops open\n        before the web site\n        does\n"
        );
    }
}
