//! `POST /v1/captchas`: a picture code.

use applicant::codes;
use base64::{Engine, prelude::BASE64_STANDARD};
use domain::ids::CaptchaId;
use edge::{Problem, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    codes::{CheckRateLimit, RateLimit, RateLimitKey, SaveCaptcha},
    messages::ShowCaptcha,
    secrets::{Hash, TagPurpose},
};
use serde_json::json;

/// How long a picture code can be answered.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// Enough for a class behind one address, too few to collect pictures (ours).
const RATE: RateLimit = RateLimit { name: "captcha-address", max: 30, window: SignedDuration::from_mins(10) };

/// Draws a picture code and keeps its answer.
pub async fn handle(
    req: Request,
    table: &(impl CheckRateLimit + SaveCaptcha),
    keys: &impl Hash,
    answers: &impl ShowCaptcha,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let now = clock.now();
    let address = keys.tag(TagPurpose::Address, req.source().expose()).await?;
    table.count(RATE, &RateLimitKey::Address(address), now).await??;

    let (id, expires_at) = (CaptchaId::new(chance.ulid()), now.after(LIFETIME));
    let answer = captcha::answer(chance.number());
    let kept = codes::tag(keys, id, &answer).await?;
    table.save_captcha(id, &kept, expires_at).await?;
    answers.show_captcha(id, &answer).await?;

    let image = BASE64_STANDARD.encode(captcha::draw(&answer, chance.number()));
    Ok(Response::created(&json!({"captchaId": id, "imagePng": image, "expiresAt": expires_at})))
}
