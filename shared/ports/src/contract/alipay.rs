//! People's attempts with Alipay.

use domain::{
    moment::Moment,
    person::SmsPurpose,
    real_name::{
        Rules,
        alipay::{Begin, CONSENT_VERSION, CertifyId, Consent, Standing},
    },
};

use super::{TablePorts, is_conflict, keep_code, new_account};

/// Attempts are kept one after the other, for accounts that there are, and read with everything else about a person.
pub async fn standings(table: &impl TablePorts, now: Moment) {
    let new = new_account(now);
    let rules = Rules::new(5, 15, None);
    let consent = Consent { version: CONSENT_VERSION.to_owned(), at: now };
    let Begin::New(first) = Standing::begin(None, new.id, consent, &rules) else {
        panic!("nothing stands in the way of a first attempt");
    };
    assert!(is_conflict(&table.save_standing(&first, now).await), "there is no account");
    keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
    table.save_account(&new).await.unwrap();

    let stored = async || table.load_person(new.id).await.unwrap().unwrap().alipay;
    assert_eq!(stored().await, None);
    let certify_id = CertifyId::parse(&format!("certify-{}", new.id.ulid())).unwrap();
    let second = first.initialized(certify_id.clone());
    assert!(is_conflict(&table.save_standing(&second, now).await), "nothing is stored before it");
    table.save_standing(&first, now).await.unwrap();
    assert!(is_conflict(&table.save_standing(&first, now).await), "it is stored already");
    table.save_standing(&second, now).await.unwrap();
    assert_eq!(stored().await.as_ref(), Some(&second));
    assert!(is_conflict(&table.save_standing(&first.refused(now), now).await), "somebody was faster");
    let third = second.refused(now);
    table.save_standing(&third, now).await.unwrap();
    assert_eq!(stored().await, Some(third));

    let other = new_account(now);
    keep_code(table, SmsPurpose::Registration, &other.mobile, &other.sms_code, now).await;
    table.save_account(&other).await.unwrap();
    let consent = Consent { version: CONSENT_VERSION.to_owned(), at: now };
    let Begin::New(first) = Standing::begin(None, other.id, consent, &rules) else {
        panic!("nothing stands in the way of a first attempt");
    };
    table.save_standing(&first, now).await.unwrap();
    let taken = first.initialized(certify_id);
    assert!(is_conflict(&table.save_standing(&taken, now).await), "the id is another attempt's");
    assert_eq!(table.load_person(other.id).await.unwrap().unwrap().alipay, Some(first));
}
