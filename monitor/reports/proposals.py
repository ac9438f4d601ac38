"""What a report asks of whom: a draft for the office, which decides."""

from collections.abc import Sequence

from monitor.coverage import Status
from monitor.plan import Proof, Role
from monitor.reports.basis import Basis
from monitor.reports.sentences import Finding
from monitor.reports.words import abbreviated, clean, listed

_ASKED = {
    (Status.NOT_MET, False): (
        "tăng cường tin, bài ở các nội dung nêu tại mục II",
        "tăng cường tin, bài của đơn vị mình ở các nội dung nêu tại mục II",
    ),
    (Status.NOT_MET, True): (
        "niêm yết đầy đủ, thường xuyên đường dây nóng, hòm thư nêu tại mục II",
        "niêm yết đầy đủ, thường xuyên đường dây nóng, hòm thư trên trang của đơn vị mình",
    ),
    (Status.AWAITED, False): (
        "gửi minh chứng, bảng kê của các nội dung nêu tại mục II",
        "bổ sung minh chứng của đơn vị mình",
    ),
}
"""What others are asked for, and what the office itself has to do; True: of a standing duty."""


def proposals(basis: Basis, found: Sequence[Finding]) -> tuple[str, ...]:
    """Draft what to ask of whom; nothing is asked of bodies that the plan does not command."""
    said = [sentence for status, standing in _ASKED for sentence in _asked(basis, status, standing)]
    unread = any(basis.unseen(outlet, basis.period) for outlet in basis.outlets if outlet.enabled)
    if unread or any(finding.status is Status.UNKNOWN for finding in found):
        said.append("Đơn vị theo dõi kiểm tra lại các nguồn chưa đọc được, bổ sung số liệu trước khi đánh giá.")
    requested = listed(basis.agency(row.agency) for row in basis.rows if row.role is Role.REQUESTED)
    if requested:
        said.append(f"Các cơ quan được đề nghị phối hợp, không thuộc diện đánh giá: {requested}.")
    return tuple(said) or ("Không có kiến nghị trong kỳ này.",)


def _asked(basis: Basis, status: Status, standing: bool) -> list[str]:
    """Ask the addressee to see to it; the office does not ask for its own work, and nobody who is not named."""
    theirs, ours = _ASKED[status, standing]
    rows = [row for row in basis.rows if row.status is status and (row.proof is Proof.PRESENCE) is standing]
    agencies = {row.agency: basis.press.agency(row.agency) for row in rows}
    named = listed(a.name for a in agencies.values() if not a.collective and a != basis.office)
    to = abbreviated(clean(basis.plan.letterhead.addressee))
    said = [f"Đề nghị {to} chỉ đạo {named} {theirs}."] if named else []
    return [*said, f"{basis.office_name} {ours}."] if basis.office in agencies.values() else said
