//! An invented applicant with any number of employments.

use domain::{
    case::State,
    collection::{Collection, department::Department},
    identity::{IdType, IdentityNumber},
    ids::{AccountId, CaseId, CaseKind},
    mobile::Mobile,
    moment::Moment,
    name::PersonName,
    person::Identity,
};
use pdf::{Form, Submission};
use serde_json::{Value, json};
use ulid::Ulid;

/// The data that a [`Form`] borrows.
pub struct Sample {
    pub identity: Identity,
    pub collection: Collection,
    pub department: Department,
    pub photo: Vec<u8>,
}

pub const EMPLOYERS: [&str; 12] = [
    "北京东方明远会计师事务所（特殊普通合伙）",
    "苏州工业园区华盛精密机械制造有限公司",
    "昆山市财政局国库支付中心",
    "中国石油天然气股份有限公司华北销售分公司",
    "𠮷野家（上海）餐饮管理有限公司",
    "内蒙古自治区锡林郭勒盟苏尼特右旗朱日和镇人民政府",
    "ACME Precision Instruments (Shanghai) Co., Ltd. 上海代表处",
    "深圳前海微众信息技术服务有限公司",
    "浙江龙泉青瓷研究院",
    "广西壮族自治区南宁市青秀区教育局",
    "成都市锦江区小微企业代理记账有限责任公司",
    "哈尔滨市道里区民生村镇银行股份有限公司",
];
const USCCS: [&str; 3] = ["91350100M000100Y43", "914403001922038216", "91310000MA1FL2K53F"];
const DUTIES: [&str; 3] = [
    "负责日常费用报销的审核、记账凭证的编制以及月末结账。",
    "负责总账核算、增值税和企业所得税的申报，编制月度、季度和年度财务会计报告，配合会计师事务所完成年度审计。",
    "主持财务部工作：建立全面预算管理制度并组织实施，审核重大经济合同，统筹资金调度和银行授信，牵头完成 SAP S/4HANA \
     上线，组织内部控制自我评价，对下属 8 家子公司的会计信息质量进行监督检查，按月向董事会报告财务状况、经营成果和现金流量，\
     并负责会计人员的继续教育安排与业务指导，参与公司上市前的三年一期申报审计和税务专项核查工作。",
];

impl Sample {
    pub fn new(name: &str, employments: usize) -> Self {
        let identity = Identity {
            number: IdentityNumber::restore(IdType::Ric, "11010119900101002X".to_owned()),
            name: PersonName::restore(name.to_owned()),
            mobile: Mobile::restore("13800001234".to_owned()),
        };
        let rows: Vec<_> = (0..employments).map(|at| employment(at, employments)).collect();
        let collection = json!({
            "scope": {"scope": "1"},
            "basic": {
                "photo": id("upl_", 1), "idPortrait": id("upl_", 2), "idEmblem": id("upl_", 3),
                "idValidFrom": "2016-05-20", "idValidTo": "2036-05-20",
                "qualifications": [{"title": "1", "obtained": "2013-05", "certificateNo": "11013050001234"}],
            },
            "educations": [
                {
                    "id": id("edu_", 1), "studyMode": "1", "school": "北京工商大学", "level": "21", "degree": "4",
                    "major": "会计学", "start": "2008-09", "end": "2012-06",
                    "educationCertificateNo": "100111201205000123", "degreeCertificateNo": "1001142012000456",
                    "certificates": [],
                },
                {
                    "id": id("edu_", 2), "studyMode": "2", "school": "中央财经大学", "level": "14", "degree": "3",
                    "major": "会计（专业学位）", "start": "2016-09", "end": "2019-06",
                    "educationCertificateNo": "100341201902000789", "degreeCertificateNo": "Z1003432019000321",
                    "certificates": [],
                },
            ],
            "employments": rows,
            "department": {"departmentId": "110101-1", "basis": "workplace"},
        });
        let department = json!({
            "id": "110101-1", "division": "110101", "name": "北京市东城区财政局会计科",
            "address": "北京市东城区钱粮胡同甲 3 号政务服务大厅 2 层 12 号窗口", "phone": "010-64031118",
            "hours": "工作日 9:00—17:00",
        });
        Self {
            identity,
            collection: serde_json::from_value(collection).unwrap(),
            department: serde_json::from_value(department).unwrap(),
            photo: photo(),
        }
    }

    pub fn form(&self) -> Form<'_> {
        let at = |text: &str| Moment::try_from(text.to_owned()).unwrap();
        Form {
            identity: &self.identity,
            collection: &self.collection,
            case: CaseId {
                kind: CaseKind::Collection,
                owner: AccountId::new(Ulid(7_u128 << 100 | 0x5EED_2026)),
            },
            state: State::Submitted,
            submission: Some(Submission { round: 1, at: at("2026-11-24T16:07:55.123+08:00") }),
            department: Some(&self.department),
            photo: Some(&self.photo),
            printed_at: at("2026-11-25T09:30:00.000+08:00"),
            further_face: None,
        }
    }

    #[allow(dead_code, reason = "one of the programs that share this module has no drafts")]
    pub fn draft(&self) -> Form<'_> {
        Form { state: State::Draft, submission: None, ..self.form() }
    }
}

fn id(prefix: &str, number: u128) -> String {
    format!("{prefix}{}", Ulid(number))
}

fn employment(at: usize, of: usize) -> Value {
    let number = u128::try_from(at).unwrap() + 1;
    let (start, end) =
        (2024 - 2 * at, if at == 0 { "至今".to_owned() } else { format!("{}-12", 2025 - 2 * at) });
    let accounting = at % 4 != 3;
    let experience = |number: u128, start: String, end: &str, posts: &[&str]| {
        json!({
            "id": id("exp_", number), "start": start, "end": end, "posts": posts,
            "duties": DUTIES[(at + usize::try_from(number).unwrap()) % DUTIES.len()],
            "title": "1", "titleSince": "2014-01",
        })
    };
    let rows = if accounting {
        let mut rows = vec![experience(number * 2, format!("{start}-01"), &end, &["03", "04", "06"])];
        if at.is_multiple_of(3) {
            rows.push(experience(number * 2 + 1, format!("{start}-01"), &format!("{start}-12"), &["01"]));
        }
        rows
    } else {
        Vec::new()
    };
    json!({
        "id": id("emp_", number), "start": format!("{start}-01"), "end": end,
        "employer": EMPLOYERS[at % EMPLOYERS.len()], "uscc": USCCS[at % USCCS.len()],
        "unitType": (["36", "33", "20", "31"][at % 4]), "industry": (["L", "C", "S", "G"][at % 4]),
        "division": (["110101", "320583", "320583", "110101"][at % 4]),
        "address": format!("人民路 {} 号财富中心 {} 座 {:02} 层", 100 + of, (b'A' + u8::try_from(at % 20).unwrap()) as char, at + 1),
        "phone": "010-6512345", "hasAccounting": accounting,
        "proof": accounting.then(|| id("upl_", 100 + number)),
        "accountingExperiences": rows,
    })
}

/// An invented portrait of 295 by 413 pixels.
fn photo() -> Vec<u8> {
    let (width, height) = (295_u16, 413_u16);
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (x, y) = (f32::from(x) - 147.0, f32::from(y));
            let is_face = (x / 70.0).powi(2) + ((y - 170.0) / 92.0).powi(2) < 1.0;
            let is_hair = (x / 80.0).powi(2) + ((y - 140.0) / 90.0).powi(2) < 1.0;
            let is_coat = (x / 140.0).powi(2) + ((y - 430.0) / 160.0).powi(2) < 1.0;
            pixels.extend(match (is_face && y > 120.0, is_hair, is_coat) {
                (true, ..) => [236_u8, 204, 180],
                (_, true, _) => [40, 34, 32],
                (.., true) => [58, 74, 110],
                _ => [250, 250, 252],
            });
        }
    }
    let mut file = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    file
}
