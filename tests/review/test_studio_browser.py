"""Taking, turning, cropping and blackening on the tablet: what leaves it is what was meant to leave it."""

from collections.abc import Iterator
from io import BytesIO
from itertools import product

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Request, expect

from config.simulation.pictures import card_picture
from review.models import Case, CaseImage, CaseState, DocumentKind
from tests.counters.desk import Desk, make_desk
from tests.fixtures.site import LiveSite
from tests.looking import complaints
from tests.reservations.town import make_town
from tests.review.tablet import Tablet, opened_tablet
from tests.vault.cameras import jpeg, photograph
from vault.actions import object_read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CARD = card_picture("CARD", 0)


@pytest.fixture
def desk(live_site: LiveSite) -> Desk:
    return make_desk(make_town())


@pytest.fixture
def tablet(browser: Browser, live_site: LiveSite, desk: Desk) -> Iterator[Tablet]:
    with opened_tablet(browser, live_site.url, desk.clerk) as opened:
        yield opened


def blurred(picture: bytes) -> bytes:
    made = BytesIO()
    Image.open(BytesIO(picture)).filter(ImageFilter.GaussianBlur(9)).save(made, "JPEG")
    return made.getvalue()


def with_reflection(picture: bytes) -> bytes:
    shown = Image.open(BytesIO(picture))
    shown.paste((255, 255, 255), (500, 250, 900, 480))
    made = BytesIO()
    shown.save(made, "JPEG", quality=95)
    return made.getvalue()


def stored(desk: Desk, **which: object) -> Image.Image:
    """The picture as it lies in the vault."""
    image = CaseImage.objects.select_related("picture__bucket").get(**which)
    return Image.open(BytesIO(object_read(held=image.picture, by=desk.by, purpose="test")))


def is_black(picture: Image.Image, box: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = box
    spots = product(range(left, right, 3), range(top, bottom, 3))
    grey = picture.convert("L")
    return all(int(grey.getpixel(spot)) < 12 for spot in spots)  # type: ignore[arg-type]


@pytest.mark.requirement("kitakyushu-23")
def test_the_whole_guided_list_from_documents_to_review(tablet: Tablet, desk: Desk) -> None:
    tablet.camera_sees(CARD)
    tablet.ready_to_capture(desk.signed())
    tablet.choose_documents("健康保険の資格確認書", "学生証・社員証")
    steps = tablet.page.locator("[data-step] h4")
    assert steps.all_inner_texts() == [
        "マイナンバーカード（表面）",
        "健康保険の資格確認書",
        "学生証・社員証",
        "記入した申請書",
        "そのほかの書類",
    ]
    for number, step in enumerate(("card_front", "identity-student_card", "application_form"), 1):
        tablet.open_step(step)
        tablet.take()
        tablet.use()
        tablet.shows(number)
    tablet.open_step("identity-health_insurance")
    tablet.take()
    tablet.button("黒塗りを足す").click()
    tablet.use()
    tablet.shows(4)
    tablet.button("審査を依頼する").click()
    tablet.page.wait_for_selector("text=審査の順番を待っています")
    assert Case.objects.get().state == CaseState.SUBMITTED
    kinds = CaseImage.objects.order_by("uploaded_at").values_list("kind", "document", "boxes")
    assert list(kinds) == [
        ("card_front", "", 0),
        ("identity", "student_card", 0),
        ("application_form", "", 0),
        ("identity", "health_insurance", 1),
    ]


def test_the_camera_is_let_go_when_the_studio_closes(tablet: Tablet, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.open_step("card_front")
    tablet.page.wait_for_function("() => document.querySelector('[data-studio-video]').videoWidth > 0")
    tablet.page.evaluate("window.lent = document.querySelector('[data-studio-video]').srcObject")
    tablet.button("閉じる").click()
    tablet.page.wait_for_function("() => window.lent.getTracks().every((track) => track.readyState === 'ended')")
    expect(tablet.page.locator("[data-step='card_front'] [data-open-step]")).to_be_focused()


def test_without_a_camera_a_file_is_asked_for(tablet: Tablet, desk: Desk) -> None:
    tablet.context.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); }"
    )
    tablet.ready_to_capture(desk.signed())
    tablet.open_step("card_front")
    expect(tablet.page.get_by_text("カメラを使えません")).to_be_visible()
    expect(tablet.page.locator("[data-studio-take]")).to_be_hidden()
    expect(tablet.hints()).to_be_empty()  # no word of a button that is not there
    tablet.choose_file(photograph())
    tablet.use()
    tablet.shows(1)


# -- redaction --------------------------------------------------------------------------------------
def test_what_a_finger_blackened_is_black_in_what_is_stored(tablet: Tablet, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.choose_documents("健康保険の資格確認書", "年金手帳・基礎年金番号通知書")
    tablet.open_step("identity-health_insurance")
    expect(tablet.page.get_by_text("保険者番号、被保険者等記号・番号、QRコード").last).to_be_visible()
    tablet.choose_file(jpeg(1000, 600, quality=95))
    assert tablet.button("黒く塗る").get_attribute("aria-pressed") == "true"
    expect(tablet.hints()).to_contain_text("指でなぞると、黒く塗れます")
    box = tablet.page.locator("[data-studio-canvas]").bounding_box()
    assert box is not None
    scale = min(box["width"] / 1000, box["height"] / 600)
    left, top = box["x"] + (box["width"] - 1000 * scale) / 2, box["y"] + (box["height"] - 600 * scale) / 2
    for x, y, to_x, to_y in ((200, 100, 700, 200), (900, 500, 500, 400)):
        tablet.page.mouse.move(left + x * scale, top + y * scale)
        tablet.page.mouse.down()
        tablet.page.mouse.move(left + to_x * scale, top + to_y * scale, steps=5)
        tablet.page.mouse.up()
    expect(tablet.hints()).not_to_contain_text("指でなぞる")
    tablet.use()
    tablet.shows(1)
    kept = stored(desk)
    assert kept.size == (1000, 600)
    assert is_black(kept, (204, 104, 696, 196))
    assert is_black(kept, (504, 404, 896, 496))
    # The test would see it if nothing, or everything, were black.
    assert not is_black(kept, (204, 220, 696, 380))
    assert CaseImage.objects.get().boxes == 2


def test_blackening_works_with_keys_alone(tablet: Tablet, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.open_step("other")
    tablet.choose_file(jpeg(1000, 600, quality=95))
    tablet.button("黒く塗る").press("Enter")
    tablet.button("黒塗りを足す").press("Enter")
    expect(tablet.page.locator("[data-studio-canvas]")).to_be_focused()
    for _ in range(6):
        tablet.page.keyboard.press("ArrowUp")
        tablet.page.keyboard.press("Shift+ArrowDown")
    tablet.use()
    tablet.shows(1)
    kept = stored(desk)
    # In the middle at first, 400 by 72; moved up by six steps of 12 on the screen, grown by as much.
    assert is_black(kept, (310, 200, 690, 320))
    assert not is_black(kept, (310, 360, 690, 420))


def test_a_document_with_numbers_is_not_used_unblackened_without_a_word(tablet: Tablet, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.choose_documents("健康保険の資格確認書", "年金手帳・基礎年金番号通知書")
    tablet.open_step("identity-pension_book")
    tablet.choose_file(photograph())
    tablet.button("この写真を使う").click()
    dialog = tablet.page.locator("dialog.dialog[open]")
    expect(dialog).to_contain_text("基礎年金番号")
    dialog.get_by_role("button", name="戻る").click()
    expect(tablet.button("この写真を使う")).to_be_visible()
    tablet.button("この写真を使う").click()
    dialog.get_by_role("button", name="このまま使う").click()
    tablet.shows(1)
    assert CaseImage.objects.get().boxes == 0


# -- turning and cropping -----------------------------------------------------------------------------
def test_a_turned_picture_is_stored_turned_and_its_boxes_with_it(tablet: Tablet, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.open_step("other")
    tablet.choose_file(jpeg(1000, 600, quality=95))  # dark on the left
    tablet.button("黒く塗る").click()
    tablet.button("黒塗りを足す").click()
    tablet.button("右に回す").click()
    tablet.use()
    tablet.shows(1)
    kept = stored(desk)
    grey = kept.convert("L")
    assert kept.size == (600, 1000)
    assert int(grey.getpixel((50, 20))) < 60 < 190 < int(grey.getpixel((50, 980)))  # type: ignore[arg-type]
    # x 300-700, y 264-336 before; turned right: x from the lower edge, y from the left one.
    assert is_black(kept, (268, 304, 332, 696))


def test_a_cropped_picture_holds_nothing_of_what_was_cut_away(tablet: Tablet, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.open_step("other")
    tablet.choose_file(jpeg(1000, 600, quality=95))
    tablet.button("切り抜く").click()
    canvas = tablet.page.locator("[data-studio-canvas]")
    box = canvas.bounding_box()
    assert box is not None
    scale = min((box["width"] - 48) / 1000, (box["height"] - 48) / 600)
    right, bottom = box["x"] + (box["width"] + 1000 * scale) / 2, box["y"] + (box["height"] + 600 * scale) / 2
    tablet.page.mouse.move(right, bottom)
    tablet.page.mouse.down()
    tablet.page.mouse.move(right - 500 * scale, bottom - 300 * scale, steps=4)
    tablet.page.mouse.up()
    tablet.use()
    tablet.shows(1)
    kept = stored(desk)
    assert abs(kept.width - 500) <= 3
    assert abs(kept.height - 300) <= 3
    assert max(kept.convert("L").tobytes()) < 150  # the light half is gone


# -- hints, and what is sent --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (CARD, "文字が読めるか確かめて"),
        (blurred(CARD), "ぼやけている"),
        (with_reflection(CARD), "光が映っている"),
    ],
    ids=["good", "blurred", "glare"],
)
def test_what_looks_wrong_is_said_and_stops_nobody(tablet: Tablet, desk: Desk, picture: bytes, words: str) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.open_step("card_front")
    tablet.choose_file(picture)
    expect(tablet.hints()).to_contain_text(words)
    tablet.use()
    tablet.shows(1)


def test_a_card_too_far_away_or_cut_off_is_said(tablet: Tablet, desk: Desk) -> None:
    card = Image.open(BytesIO(CARD)).crop((80, 70, 1125, 735))
    far, cut = (Image.new("RGB", (1280, 808), (111, 118, 124)) for _ in range(2))
    far.paste(card.resize((420, 267)), (430, 270))
    cut.paste(card.resize((1200, 763)), (400, 20))
    tablet.ready_to_capture(desk.signed())
    tablet.open_step("card_front")
    for picture, words in ((far, "小さく写っています"), (cut, "端が切れている")):
        made = BytesIO()
        picture.save(made, "JPEG", quality=95)
        tablet.choose_file(made.getvalue())
        expect(tablet.hints()).to_contain_text(words)
        tablet.button("撮り直す").click()


def test_what_is_sent_is_a_jpeg_of_2000_points_without_metadata(tablet: Tablet, desk: Desk) -> None:
    sent = dict[int, bytes]()

    def keep(request: Request) -> None:
        if request.method == "PATCH":
            sent[int(request.headers["upload-offset"])] = request.post_data_buffer or b""

    tablet.page.on("request", keep)
    tablet.ready_to_capture(desk.signed())
    exif = Image.Exif()
    exif[0x010F] = "Mihon Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (33.0, 53.0, 0.0)})
    tablet.shoot("card_front", jpeg(4032, 3024, exif=exif))
    tablet.shows(1)
    whole = b"".join(sent[offset] for offset in sorted(sent))
    picture = Image.open(BytesIO(whole))
    assert (picture.format, picture.size) == ("JPEG", (2000, 1500))
    assert not picture.getexif()
    for trace in (b"Exif", b"Mihon Camera"):
        assert trace not in whole


def test_the_studio_stands_axe_and_fits_the_screen(tablet: Tablet, desk: Desk) -> None:
    tablet.camera_sees(CARD)
    tablet.ready_to_capture(desk.signed())
    tablet.choose_documents("健康保険の資格確認書", "学生証・社員証")
    found: list[str] = []
    for step in ("card_front", "identity-health_insurance", "application_form"):
        tablet.open_step(step)
        for state in ("camera", "edit"):
            if state == "edit":
                tablet.take()
            found += complaints(tablet.page, f"{step} {state}")
            lowest = tablet.page.locator(".studio button").evaluate_all(
                "(buttons) => Math.max(...buttons.map((button) => button.getBoundingClientRect().bottom))"
            )
            if lowest > 820:
                found.append(f"{step} {state}: a button at {lowest} px")
        tablet.button("閉じる").click()
    assert not found, "\n".join(found)


def test_the_back_of_the_card_has_no_step(tablet: Tablet, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    kinds = tablet.page.locator("[data-step]").evaluate_all("(steps) => steps.map((step) => step.dataset.kind)")
    assert set(kinds) <= set(DocumentKind.values)
    words = tablet.page.locator("[data-step] h4").all_inner_texts()
    assert not [word for word in words if "裏" in word]
    expect(tablet.page.get_by_text("裏面は撮りません")).to_be_visible()
