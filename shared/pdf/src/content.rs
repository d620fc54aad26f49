//! The content of the form: texts and their positions.
//!
//! The bold typeface contains only the Chinese characters of this file: run `infra/fonts/build.py` after a change.

use domain::{
    case::State,
    codes,
    collection::{
        AccountingExperience, Basic, Education, Employment, basic::Qualification, department::Basis,
    },
    identity::{IdType, Sex},
    moment::Moment,
    period::{Period, PeriodEnd},
};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::{
    Form, PaperError,
    fonts::{Faces, Style},
    photo::Photo,
    sheet::{BOTTOM, Group, HEIGHT, INNER, Item, MARGIN, MM, Op, Sheets, Strip, WIDTH, label, row, value},
};

/// The form's title.
pub(crate) const TITLE: &str = "会计专业技术资格（中级）考试考生信息采集表";
/// The watermark of pages that can still be changed.
pub(crate) const DRAFT: &str = "草稿";

const LEAST: f32 = 19.0;
const QR: f32 = 22.0 * MM;
/// 标准证件照片, one inch: 25 mm by 35 mm.
const PHOTO: (f32, f32) = (25.0 * MM, 35.0 * MM);
const NONE: &str = "—";
const EMPTY: &str = "尚未填写";
/// Texts of our own tables have no maximum length; longer ones are cut.
const MAX_CHARS: usize = 200;
/// The number of characters of a name that fit into the running head.
const MAX_HEAD_CHARS: usize = 14;

/// Lays out all pages, from the head of the first to the foot of the last.
pub(crate) fn lay_out(
    form: &Form<'_>,
    faces: &Faces<'_>,
    photo: Option<&Photo>,
) -> Result<Vec<Vec<Op>>, PaperError> {
    let layout = Layout { form, faces };
    let mut sheets = Sheets::new(36.0);
    sheets.place(Item::Strip(layout.head()?));
    for section in [
        layout.scope(),
        layout.basic(photo.is_some()),
        layout.qualifications(),
        layout.educations(),
        layout.employments(),
        layout.department(),
        layout.declaration(),
    ] {
        sheets.place(Item::Space(9.0));
        sheets.place(Item::Group(section));
    }
    let mut pages = sheets.finish();
    let count = pages.len();
    for (index, page) in pages.iter_mut().enumerate() {
        layout.running_lines(page, index + 1, count);
    }
    Ok(pages)
}

struct Layout<'a> {
    form: &'a Form<'a>,
    faces: &'a Faces<'a>,
}

impl Layout<'_> {
    /// The title, the case and its state.
    fn head(&self) -> Result<Strip, PaperError> {
        let case = self.form.case.to_string();
        let mut strip = Strip::gap(QR + 6.0);
        let indent = (INNER - self.faces.width(Style::Bold, TITLE) * 16.0) / 2.0;
        strip.ops.push(text(indent, 24.0, 16.0, Style::Bold, TITLE));
        let number = format!("采集编号：{case}");
        let indent = (INNER - self.faces.width(Style::Body, &number) * 9.5) / 2.0;
        strip.ops.push(text(indent, 46.0, 9.5, Style::Body, number));
        strip.ops.push(Op::Modules { x: INNER - QR, y: 0.0, size: QR, rows: modules(&case)? });

        let submission = self.form.submission;
        let round = submission.map_or_else(|| "尚未提交".to_owned(), |it| format!("第 {} 次", it.round));
        let at = submission.map_or_else(|| NONE.to_owned(), |it| minute(it.at));
        let status = self.row(vec![
            label("审核状态", 60.0),
            value(state_zh(self.form.state), 122.0),
            label("提交次数", 60.0),
            value(round, 70.0),
            label("提交时间", 60.0),
            value(at, INNER - 372.0),
        ]);
        Ok(Strip::stack(vec![strip, status]))
    }

    fn scope(&self) -> Group {
        let scope = self.form.collection.scope.as_ref().map_or(EMPTY, |page| page.scope.zh());
        let row = self.row(vec![label("采集范围", 76.0), value(scope, INNER - 76.0)]);
        Self::section("一、采集范围", None, vec![Item::Strip(row)])
    }

    fn basic(&self, has_photo: bool) -> Group {
        let identity = self.form.identity;
        let basic = self.form.collection.basic.as_ref();
        let (sex, birth) = identity.birth();
        let sex = sex.or_else(|| basic?.sex).map_or(NONE, sex_zh);
        let birth = birth.or_else(|| basic?.birth_date).map_or_else(dash, |day| day.to_string());
        let id_type = identity.number.id_type();

        let beside = PHOTO.0 + 10.0;
        let (name, wide) = (62.0, INNER - beside);
        let half = wide / 2.0 - name;
        let two = |first, one: String, second, other: String| {
            let cells = vec![label(first, name), value(one, half), label(second, name), value(other, half)];
            row(self.faces, 22.0, cells)
        };
        let rows = vec![
            row(
                self.faces,
                22.0,
                vec![label("姓名", name), value(identity.name.expose(), wide - name).sized(10.5)],
            ),
            two("证件类型", id_type_zh(id_type).to_owned(), "证件号码", identity.number.masked()),
            two("性别", sex.to_owned(), "出生日期", birth),
            two("手机号码", identity.mobile.masked(), "证件有效期", valid(basic)),
            row(
                self.faces,
                22.0,
                vec![label("证件图片", name), value(pictures(basic, id_type), wide - name)],
            ),
        ];
        let mut strip = Strip::stack(rows);
        let (x, y) = (wide + 5.0, (strip.height - PHOTO.1) / 2.0);
        strip.ops.push(Op::Rect {
            x: wide,
            y: 0.0,
            width: beside,
            height: strip.height,
            shade: None,
            border: true,
        });
        strip.ops.push(if has_photo {
            Op::Photo { x, y, width: PHOTO.0, height: PHOTO.1 }
        } else {
            text(wide + beside / 2.0 - 8.0, strip.height / 2.0, 8.0, Style::Body, "照片")
        });
        Self::section("二、基本信息", None, vec![Item::Strip(strip)])
    }

    fn qualifications(&self) -> Group {
        let held = self.form.collection.basic.iter().flat_map(|basic| &basic.qualifications);
        let columns = [30.0, 210.0, 80.0, INNER - 320.0];
        let cells = |index: usize, held: &Qualification| {
            [
                (index + 1).to_string(),
                held.title.zh().to_owned(),
                held.obtained.to_string(),
                held.certificate_no.as_str().to_owned(),
            ]
        };
        let rows = held.enumerate().map(|(index, held)| self.cells(columns, cells(index, held))).collect();
        self.table("三、已取得的专业技术资格", columns, ["序号", "资格", "取得时间", "证书编号"], rows, "无")
    }

    fn educations(&self) -> Group {
        let columns = [30.0, 62.0, 152.0, 76.0, 66.0, INNER - 386.0];
        let titles = ["序号", "起止时间", "学校名称和所学专业", "学历和学位", "培养方式", "证书编号"];
        let cells = |(index, row): (usize, &Education)| {
            [
                (index + 1).to_string(),
                span(&row.period),
                format!("{}\n专业：{}", row.school.as_str(), row.major.as_str()),
                format!("{}\n{}", row.level.zh(), row.degree.zh()),
                row.study_mode.zh().to_owned(),
                certificates(row),
            ]
        };
        let rows = self.form.collection.educations.iter().enumerate();
        let rows = rows.map(|row| self.cells(columns, cells(row))).collect();
        self.table("四、教育经历", columns, titles, rows, EMPTY)
    }

    fn employments(&self) -> Group {
        let rows = &self.form.collection.employments;
        let mut items = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                items.push(Item::Space(6.0));
            }
            items.push(Item::Group(self.employment(index + 1, row)));
        }
        if items.is_empty() {
            let scope = self.form.collection.scope.as_ref();
            let none = if scope.is_some_and(|page| !page.scope.allows_employment()) { "无" } else { EMPTY };
            items.push(Item::Strip(self.row(vec![value(none, INNER).centred()])));
        }
        Self::section("五、工作经历", None, items)
    }

    fn employment(&self, number: usize, row: &Employment) -> Group {
        let head = |more: &str| {
            let first = if more.is_empty() { 30.0 } else { 52.0 };
            self.row(vec![
                label(format!("{number}{more}"), first),
                value(span(&row.period).replace('\n', " "), 104.0).centred(),
                label("单位名称", 60.0),
                value(row.employer.as_str(), INNER - 164.0 - first).sized(10.0),
            ])
        };
        let (name, long) = (76.0, 92.0);
        let wide = INNER / 2.0;
        let county = row.division.full_zh();
        let address = row.address.as_str();
        let address =
            if address.starts_with(&county) { address.to_owned() } else { format!("{county} {address}") };
        let proof = if row.proof.is_some() { "，证明材料已上传" } else { "，未上传证明材料" };
        let work = match (row.has_accounting, row.proof.is_some()) {
            (false, false) => "无".to_owned(),
            (has, _) => format!("{}{proof}", if has { "有" } else { "无" }),
        };
        let uscc = row.uscc.as_ref().map_or(NONE, |uscc| uscc.as_str());
        let mut items = vec![
            Item::Strip(self.row(vec![
                label("统一社会信用代码", long),
                value(uscc, wide - long),
                label("单位类型", name),
                value(row.unit_type.zh(), wide - name),
            ])),
            Item::Strip(self.row(vec![
                label("所属行业", long),
                value(row.industry.zh(), wide - long),
                label("单位电话", name),
                value(row.phone.as_str(), wide - name),
            ])),
            Item::Strip(self.row(vec![label("工作单位地址", long), value(address, INNER - long)])),
            Item::Strip(self.row(vec![label("会计工作经历", long), value(work, INNER - long)])),
        ];
        if !row.accounting_experiences.is_empty() {
            items.push(Item::Group(self.experiences(&row.accounting_experiences)));
        }
        Group { head: head(""), again: head("（续）"), items, together: true }
    }

    fn experiences(&self, rows: &[AccountingExperience]) -> Group {
        let columns = [62.0, 136.0, 205.0, INNER - 403.0];
        let head = self.titles(columns, ["起止时间", "会计工作岗位", "工作内容", "会计专业职务"]);
        let cells = |row: &AccountingExperience| {
            let posts: Vec<_> = row.posts.iter().map(|post| post.zh()).collect();
            let title = row.title.map_or(NONE, |title| title.zh());
            let since = row.title_since.map(|since| format!("\n{since} 聘任")).unwrap_or_default();
            [span(&row.period), posts.join("；"), row.duties.as_str().to_owned(), format!("{title}{since}")]
        };
        let items = rows.iter().map(|row| Item::Strip(self.cells(columns, cells(row)))).collect();
        Group { again: head.clone(), head, items, together: false }
    }

    fn department(&self) -> Group {
        let choice = self.form.collection.department.as_ref();
        let known = self.form.department;
        let name = known.map(|it| it.name.as_str()).or(choice.map(|_| NONE)).unwrap_or(EMPTY);
        let basis = choice.map_or(NONE, |choice| basis_zh(choice.basis));
        let address = known.map_or(NONE, |it| it.address.as_str());
        let phone = known.map_or(NONE, |it| it.phone.as_str());
        let half = INNER / 2.0 - 76.0;
        let rows = vec![
            self.row(vec![
                label("部门名称", 76.0),
                value(short(name), half + 40.0),
                label("选择依据", 76.0),
                value(basis, half - 40.0),
            ]),
            self.row(vec![
                label("办公地址", 76.0),
                value(short(address), half + 40.0),
                label("联系电话", 76.0),
                value(short(phone), half - 40.0),
            ]),
        ];
        Self::section("六、会计管理部门", None, vec![Item::Strip(Strip::stack(rows))])
    }

    fn declaration(&self) -> Group {
        let (words, at) = match self.form.submission {
            Some(submission) => ("√ 承诺所提供信息真实有效", format!("勾选时间：{}", second(submission.at))),
            None => ("承诺所提供信息真实有效", "尚未勾选".to_owned()),
        };
        let cells = vec![label("承诺", 76.0), value(words, 210.0).sized(10.0), value(at, INNER - 286.0)];
        Self::section("七、承诺", None, vec![Item::Strip(row(self.faces, 28.0, cells))])
    }

    /// A section with its heading, and the column heads that are repeated on each page.
    fn section(title: &str, columns: Option<&Strip>, items: Vec<Item>) -> Group {
        let heading = |title: String| {
            let strip = Strip { height: 18.0, ops: vec![text(0.0, 11.5, 10.5, Style::Bold, title)] };
            Strip::stack(std::iter::once(strip).chain(columns.cloned()).collect())
        };
        Group {
            head: heading(title.to_owned()),
            again: heading(format!("{title}（续）")),
            items,
            together: false,
        }
    }

    /// A section with a table.
    fn table<const N: usize>(
        &self,
        title: &str,
        columns: [f32; N],
        titles: [&str; N],
        rows: Vec<Strip>,
        none: &str,
    ) -> Group {
        if rows.is_empty() {
            let row = self.row(vec![value(none, INNER).centred()]);
            return Self::section(title, None, vec![Item::Strip(row)]);
        }
        let items = rows.into_iter().map(Item::Strip).collect();
        Self::section(title, Some(&self.titles(columns, titles)), items)
    }

    fn titles<const N: usize>(&self, columns: [f32; N], titles: [&str; N]) -> Strip {
        self.row(columns.into_iter().zip(titles).map(|(width, title)| label(title, width)).collect())
    }

    /// A row of a table; narrow columns are centred.
    fn cells<const N: usize>(&self, columns: [f32; N], cells: [String; N]) -> Strip {
        let cell = |(width, text)| {
            let cell = value(text, width).sized(8.5);
            if width < 70.0 { cell.centred() } else { cell }
        };
        self.row(columns.into_iter().zip(cells).map(cell).collect())
    }

    fn row(&self, cells: Vec<crate::sheet::Cell>) -> Strip {
        row(self.faces, LEAST, cells)
    }

    /// The lines on every page: the foot, and from the second page on a head.
    fn running_lines(&self, page: &mut Vec<Op>, number: usize, count: usize) {
        const SIZE: f32 = 8.0;
        let mut ends = |y: f32, left: String, right: String| {
            let x = WIDTH - MARGIN - self.faces.width(Style::Body, &right) * SIZE;
            page.push(text(MARGIN, y, SIZE, Style::Body, left));
            page.push(text(x, y, SIZE, Style::Body, right));
        };
        let case = format!("采集编号：{}", self.form.case);
        if number > 1 {
            let name: String = self.form.identity.name.expose().chars().take(MAX_HEAD_CHARS).collect();
            ends(44.0, format!("{TITLE}　{name}"), case);
        }
        let printed = format!("打印时间：{}　证件号码和手机号码已部分隐藏", minute(self.form.printed_at));
        ends(HEIGHT - 34.0, printed, format!("第 {number} 页 / 共 {count} 页"));
        let rules = [Some(BOTTOM + 8.0), (number > 1).then_some(49.0)];
        for y in rules.into_iter().flatten() {
            page.push(Op::Rect { x: MARGIN, y, width: INNER, height: 0.0, shade: None, border: true });
        }
    }
}

fn text(x: f32, y: f32, size: f32, style: Style, text: impl Into<String>) -> Op {
    Op::Text { x, y, size, style, text: text.into() }
}

fn dash() -> String {
    NONE.to_owned()
}

/// Rows of dark and light modules without the quiet zone: the paper around them is white.
fn modules(content: &str) -> Result<Vec<Vec<bool>>, PaperError> {
    let code = QrCode::encode_text(content, QrCodeEcc::Medium).map_err(|_| PaperError::Code)?;
    let side = 0..code.size();
    Ok(side.clone().map(|y| side.clone().map(|x| code.get_module(x, y)).collect()).collect())
}

/// `2026-11-24 16:07:55`.
fn second(at: Moment) -> String {
    at.to_string().replace('T', " ").chars().take(19).collect()
}

/// `2026-11-24 16:07`.
fn minute(at: Moment) -> String {
    second(at).chars().take(16).collect()
}

fn span(period: &Period) -> String {
    match period.end() {
        PeriodEnd::Month(end) => format!("{} 至\n{end}", period.start()),
        PeriodEnd::Present => format!("{}\n至今", period.start()),
    }
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn valid(basic: Option<&Basic>) -> String {
    let from = basic.and_then(|basic| basic.id_valid_from);
    let to = basic.and_then(|basic| basic.id_valid_to);
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} 至\n{to}"),
        (None, Some(to)) => format!("至 {to}"),
        (Some(from), None) => format!("自 {from}"),
        (None, None) => dash(),
    }
}

fn pictures(basic: Option<&Basic>, id_type: IdType) -> String {
    let Some(basic) = basic else { return EMPTY.to_owned() };
    match (basic.id_emblem, id_type) {
        (Some(_), _) => "人像面和国徽面（非人像面）已上传".to_owned(),
        (None, IdType::Ppt) => "护照资料页已上传".to_owned(),
        (None, _) => "人像面已上传".to_owned(),
    }
}

fn certificates(row: &Education) -> String {
    let education = row.education_certificate_no.as_ref().map(|no| format!("学历 {}", no.as_str()));
    let degree = row.degree_certificate_no.as_ref().map(|no| format!("学位 {}", no.as_str()));
    let overseas = row.overseas_certificate_no.as_ref().map(|no| format!("留学认证 {}", no.as_str()));
    let all: Vec<_> = [education, degree, overseas].into_iter().flatten().collect();
    if all.is_empty() { dash() } else { all.join("\n") }
}

fn state_zh(state: State) -> &'static str {
    codes::table("application_states")
        .and_then(|table| table.get(state.code()))
        .map_or(NONE, |entry| entry.zh.as_str())
}

fn id_type_zh(id_type: IdType) -> &'static str {
    codes::table("id_types")
        .and_then(|table| table.get(id_type.code()))
        .map_or(NONE, |entry| entry.zh.as_str())
}

fn sex_zh(sex: Sex) -> &'static str {
    codes::table("sexes").and_then(|table| table.get(sex.code())).map_or(NONE, |entry| entry.zh.as_str())
}

fn basis_zh(basis: Basis) -> &'static str {
    match basis {
        Basis::Workplace => "工作单位所在地",
        Basis::Household => "户籍所在地",
        Basis::Residence => "居住地",
        Basis::School => "学校所在地",
    }
}
