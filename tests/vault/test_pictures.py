"""Only what was photographed is kept: JPEG in, a new JPEG without metadata out."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from tests.vault.cameras import COMMENT, ORIENTATION, heic, jpeg, of_format, photograph, with_size
from vault.errors import NotAJpeg, PictureBroken, PictureTooLarge
from vault.pictures import LARGEST_UPLOAD, LONG_SIDE, clean_picture

WHOLE = photograph()


@pytest.fixture(params=[False, True], ids=["strict", "as_weasyprint_sets_it"])
def lenient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Pillow's switch for cut-off pictures, which WeasyPrint sets for the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", request.param)
    return bool(request.param)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("data", [of_format("PNG"), of_format("GIF"), of_format("WEBP"), heic(), b"", b"%PDF-1.7"])
def test_other_formats_are_refused(data: bytes) -> None:
    with pytest.raises(NotAJpeg, match="JPEG"):
        clean_picture(data)


def test_other_formats_behind_a_jpegs_first_bytes_are_refused() -> None:
    with pytest.raises(PictureBroken):
        clean_picture(b"\xff\xd8\xff" + of_format("PNG"))


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("part", [0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_picture_cut_off_in_the_middle_is_refused(part: float, progressive: bool) -> None:
    whole = jpeg(progressive=progressive)
    with pytest.raises(PictureBroken, match="もう一度撮影"):
        clean_picture(whole[: int(len(whole) * part)])


@pytest.mark.usefixtures("lenient")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_in_another_way(tail: bytes) -> None:
    with pytest.raises((PictureBroken, PictureTooLarge)):
        clean_picture(b"\xff\xd8\xff" + tail)


@pytest.mark.usefixtures("lenient")
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of damaged EXIF data; the picture may be good
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=4))
def test_damaged_bytes_give_a_picture_or_a_refusal(position: int, damage: bytes) -> None:
    whole = bytearray(WHOLE)
    whole[position : position + len(damage)] = damage
    with suppress(PictureBroken, PictureTooLarge, NotAJpeg):
        assert opened(clean_picture(bytes(whole))).format == "JPEG"


def test_a_picture_of_200_megapixels_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decoded(*_args: object) -> None:
        pytest.fail("a pixel was decoded")

    monkeypatch.setattr(JpegImageFile, "load", decoded)
    with pytest.raises(PictureTooLarge, match="5000万画素"):
        clean_picture(with_size(20_000, 10_000))


def test_a_true_picture_of_200_megapixels_is_refused() -> None:
    whole = jpeg(20_000, 10_000, mode="L", quality=5)
    assert len(whole) < LARGEST_UPLOAD
    with pytest.raises(PictureTooLarge):
        clean_picture(whole)


def test_the_largest_claim_a_header_can_make_is_refused() -> None:
    with pytest.raises(PictureTooLarge):
        clean_picture(with_size(65_500, 65_500))


def test_an_upload_over_12_megabytes_is_refused() -> None:
    with pytest.raises(PictureTooLarge, match="12MB"):
        clean_picture(jpeg() + bytes(LARGEST_UPLOAD))


def test_position_device_comment_and_profile_are_gone() -> None:
    before = photograph()
    assert opened(before).getexif()
    assert COMMENT in before
    cleaned = clean_picture(before)
    kept = opened(cleaned)
    assert kept.format == "JPEG"
    assert not kept.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & kept.info.keys()
    for trace in (b"Exif", b"Mihon Camera", COMMENT, b"profile of a screen"):
        assert trace not in cleaned


def test_what_hides_behind_the_picture_is_gone() -> None:
    hidden = b"PK\x03\x04 an archive behind the picture"
    assert hidden not in clean_picture(jpeg() + hidden)


def test_a_picture_taken_upright_stands_upright() -> None:
    kept = opened(clean_picture(photograph()))
    assert kept.size == (480, 640)
    # Dark on the left before, turned right by 90 degrees: dark on top.
    shades = kept.convert("L").tobytes()
    assert shades[5 * 480 + 240] < 40
    assert shades[634 * 480 + 240] > 215


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_would(orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    before = jpeg(60, 40, exif=exif)
    upright = ImageOps.exif_transpose(opened(before))
    difference = ImageChops.difference(opened(clean_picture(before)), upright.convert("RGB"))
    assert max(difference.tobytes()) < 12  # 85 % quality, encoded once more


@pytest.mark.parametrize(
    ("before", "after"), [((4032, 3024), (2000, 1500)), ((2000, 100), (2000, 100)), ((30, 20), (30, 20))]
)
def test_the_long_side_has_2000_pixels_at_most(before: tuple[int, int], after: tuple[int, int]) -> None:
    assert opened(clean_picture(jpeg(*before))).size == after
    assert max(after) <= LONG_SIDE


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_print_colours_become_rgb(mode: str) -> None:
    assert opened(clean_picture(jpeg(mode=mode))).mode == "RGB"


def test_two_pictures_in_one_file_give_the_first() -> None:
    """Some telephones write a second, smaller picture behind the first (MPO)."""
    made = BytesIO()
    Image.new("RGB", (64, 48)).save(made, "MPO", save_all=True, append_images=[Image.new("RGB", (16, 12))])
    kept = opened(clean_picture(made.getvalue()))
    assert (kept.format, kept.size) == ("JPEG", (64, 48))
