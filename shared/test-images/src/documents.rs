//! Documents that look their part from afar and say 样本 from near.

use fastrand::Rng;
use image::RgbImage;

use crate::canvas::{Canvas, Colour, width_of};

const INK: Colour = [30, 34, 40];
const LABEL: Colour = [60, 110, 160];
const SEAL: Colour = [205, 40, 45];
const CARD: (u32, u32) = (1_000, 630);

/// Draws the documents of one specimen person.
pub(crate) struct Documents<'a> {
    seed: u64,
    portrait: &'a RgbImage,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(seed: u64, portrait: &'a RgbImage) -> Self {
        Self { seed, portrait }
    }

    /// The portrait side of a card.
    pub(crate) fn id_front(&self) -> RgbImage {
        let mut card = card([214, 226, 232]);
        let lines = [
            ("姓名", "样本"),
            ("性别", "女   民族 汉"),
            ("出生", "1990 年 1 月 1 日"),
            ("住址", "样本省样本市样本路1号"),
        ];
        for ((label, value), top) in lines.into_iter().zip((70..).step_by(85)) {
            card.text((60, top), 2, label, LABEL);
            card.text((150, top), 2, value, INK);
        }
        card.text((60, 530), 2, "公民身份号码", LABEL);
        card.text((280, 522), 3, "000000199001010000", INK);
        card.text((60, 420), 3, "SPECIMEN 样本", SEAL);
        card.paste(self.portrait, (660, 80), (280, 392));
        self.finish(card, 4)
    }

    /// The other side, with its emblem.
    pub(crate) fn id_back(&self) -> RgbImage {
        let mut card = card([222, 226, 220]);
        card.seal((170, 180), 110, "样本", SEAL);
        card.text((330, 90), 4, "样本居民证件", INK);
        card.text((330, 190), 4, "SPECIMEN 样本", SEAL);
        for (line, top) in
            ["签发机关   样本市样本局", "有效期限   2020.01.01-2040.01.01"].into_iter().zip([420, 500])
        {
            card.text((200, top), 2, line, INK);
        }
        self.finish(card, 4)
    }

    /// A person holding the card before the chest.
    pub(crate) fn id_holding(&self) -> RgbImage {
        let mut scene = Canvas::new((840, 1_176), [150, 150, 150]);
        scene.paste(self.portrait, (0, 0), (840, 1_176));
        scene.paste(&self.id_front(), (400, 900), (400, 252));
        // Thumbs over both edges.
        for left in [380, 770] {
            scene.block((left, 985), (44, 80), [196, 150, 128]);
        }
        self.finish(scene, 4)
    }

    /// A certificate of education.
    pub(crate) fn education_certificate(&self) -> RgbImage {
        let mut sheet = Canvas::new((1_200, 840), [226, 220, 206]);
        sheet.waves([218, 208, 190]);
        sheet.frame((30, 30), (1_140, 780), 6, [160, 120, 60]);
        centred(&mut sheet, 80, 5, "普通高等学校毕业证书", INK);
        centred(&mut sheet, 180, 3, "SPECIMEN 样本", SEAL);
        let lines = [
            "学生 样本，性别 女，一九九〇年一月一日生，",
            "于二〇〇八年九月至二〇一二年七月在本校",
            "会计学 专业四年制本科学习，修完教学计划规定的",
            "全部课程，成绩合格，准予毕业。",
            "校名：样本大学",
            "证书编号：000001201205000000",
        ];
        for (line, top) in lines.into_iter().zip((270..).step_by(70)) {
            sheet.text((380, top), 2, line, INK);
        }
        sheet.paste(self.portrait, (100, 280), (210, 294));
        sheet.seal((960, 640), 110, "样本大学", SEAL);
        self.finish(sheet, 3)
    }

    /// A printed page with the employer's stamp.
    pub(crate) fn work_proof(&self) -> RgbImage {
        let mut page = Canvas::new((1_240, 1_754), [231, 231, 228]);
        centred(&mut page, 160, 4, "会计工作经历证明", INK);
        centred(&mut page, 260, 3, "SPECIMEN 样本", SEAL);
        let lines = [
            "兹证明 样本 同志在本单位从事会计工作，",
            "专业工作经历如下：",
            "2013.01 - 2016.12   出纳   样本有限公司",
            "2017.01 - 2020.06   总账会计   样本有限公司",
            "2020.07 - 至今      会计主管   样本有限公司",
            "本单位对以上内容的真实性负责。",
            "特此证明。",
        ];
        for (line, top) in lines.into_iter().zip((420..).step_by(110)) {
            page.text((150, top), 2, line, INK);
            page.block((150, top + 56), (940, 2), [190, 190, 190]);
        }
        page.text((720, 1_330), 2, "样本有限公司 (盖章)", INK);
        page.text((720, 1_400), 2, "2026 年 1 月 1 日", INK);
        page.seal((880, 1_370), 150, "样本有限公司", SEAL);
        self.finish(page, 3)
    }

    fn finish(&self, mut canvas: Canvas, grain: i16) -> RgbImage {
        canvas.grain(grain, &mut Rng::with_seed(self.seed));
        canvas.0
    }
}

fn card(colour: Colour) -> Canvas {
    let mut card = Canvas::new(CARD, colour);
    card.waves(colour.map(|value| value - 14));
    card.frame((0, 0), CARD, 3, [150, 160, 165]);
    card
}

fn centred(canvas: &mut Canvas, top: u32, scale: u32, text: &str, colour: Colour) {
    let left = canvas.0.width().saturating_sub(width_of(text, scale)) / 2;
    canvas.text((left, top), scale, text, colour);
}
