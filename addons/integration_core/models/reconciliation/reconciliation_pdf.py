# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import base64
import io
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import (
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from odoo import fields, models
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import format_amount

# Fonts with the letters of all of Europe; where none of them is there, those of PDF.
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
)
INK, GREY, RED = colors.HexColor("#1f2430"), colors.HexColor("#5b6470"), "#b42318"
# The frame of a page has a padding of 6 points on either side.
WIDTH = A4[0] - 36 * mm - 12


class IntegrationReconciliation(models.Model):
    """The comparison on paper: the certificate an accountant files.

    Made with reportlab, which Odoo brings along: it needs no other program, and the
    same content gives the same pages.
    """

    _inherit = "integration.reconciliation"

    pdf = fields.Binary(compute="_compute_pdf", attachment=False)
    pdf_name = fields.Char(compute="_compute_pdf_name")

    def _compute_pdf(self):
        for run in self:
            run.pdf = base64.b64encode(run._render_pdf())

    def _compute_pdf_name(self):
        for run in self:
            words = f"{run.connector_id.name} {run.date_from} {run.date_to}"
            run.pdf_name = f"Reconciliation {words}.pdf".replace("/", "-")

    def action_print(self):
        """Download the certificate."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/pdf"
            f"?filename_field=pdf_name&download=true",
            "target": "download",
        }

    def _render_pdf(self) -> bytes:
        """The certificate as PDF."""
        self.ensure_one()
        paper = _Paper()
        signed = bool(self.signature_ids)
        paper.heading(
            self.env._("Completeness certificate")
            if signed
            else self.env._("Comparison of both sides, not signed")
        )
        paper.text(self.display_name, "big")
        paper.pairs(self._pdf_facts())
        paper.heading(self.env._("Control totals"), 2)
        paper.table(self._pdf_total_heads(), self._pdf_totals(), "lrrrrr")
        for remark in self._pdf_left_out():
            paper.text(remark)
        paper.heading(self.env._("Differences"), 2)
        self._pdf_differences(paper)
        paper.heading(self.env._("Gaps found and closed"), 2)
        for sentence in self._pdf_gaps():
            paper.text(sentence)
        paper.heading(self.env._("Sign-off"), 2)
        self._pdf_signature(paper)
        return paper.render(self.display_name)

    def _pdf_facts(self) -> list[tuple]:
        connector = self.connector_id
        days = f"{format_date(self.env, self.date_from)} – "
        days += format_date(self.env, self.date_to)
        facts = [
            (self.env._("Company"), self.company_id.name),
            (
                self.env._("System"),
                f"{self.system_name}, {connector.name}, {connector.account_ref or ''}",
            ),
            (self.env._("Days"), f"{days} ({connector._time_zone()})"),
            (self.env._("Compared"), self._pdf_moment(self.ended_at)),
            (self.env._("Result"), self._pdf_result()),
        ]
        for row in connector.tolerance_ids:
            label = self.env["integration.reconciliation.check"]._label_of(
                row.check_name
            )
            facts.append(
                (self.env._("Tolerance"), f"{label}: {row.amount:.3f}. {row.reason}")
            )
        return facts

    def _pdf_moment(self, moment) -> str:
        """A moment where the company is: the same paper for everybody who prints it."""
        if not moment:
            return ""
        zone = self.connector_id._time_zone()
        return f"{format_datetime(self.env, moment, tz=zone)} ({zone})"

    def _pdf_result(self) -> str:
        states = dict(self._fields["state"]._description_selection(self.env))
        if not self.open_count:
            return states[self.state]
        return self.env._(
            "%(state)s, open: %(count)s",
            state=states[self.state],
            count=self.open_count,
        )

    def _pdf_total_heads(self) -> list[str]:
        return [
            self.env._("What"),
            self.env._("%(system)s, number", system=self.system_name),
            self.env._("Sum"),
            self.env._("Odoo, number"),
            self.env._("Sum"),
            self.env._("Difference"),
        ]

    def _pdf_totals(self) -> list[list]:
        rows = []
        for total in self.total_ids - self._pdf_empty():
            (row,) = total._rows()
            names = ("count_there", "sum_there", "count_here", "sum_here", "difference")
            rows.append([row["label"], *(row["cells"].get(name, "") for name in names)])
        return rows

    def _pdf_empty(self):
        """Totals that have nothing on either side: one sentence, not a row each."""
        return self.total_ids.filtered(
            lambda total: (
                not (
                    total.count_there
                    or total.count_here
                    or total.sum_there
                    or total.sum_here
                    or total.difference
                )
            )
        )

    def _pdf_left_out(self) -> list[str]:
        checks = self.env["integration.reconciliation.check"]
        empty = list(dict.fromkeys(self._pdf_empty().mapped("label")))
        said = [
            self.env._("Nothing on either side: %(what)s.", what=", ".join(empty))
        ] * bool(empty)
        return said + [
            self.env._(
                "Not compared: %(what)s. %(why)s",
                what=checks._label_of(name),
                why=remark,
            )
            for name, remark in (
                (self.done_checks or {}) | (self.failed_checks or {})
            ).items()
            if remark
        ]

    def _pdf_differences(self, paper) -> None:
        lines = self.line_ids.filtered(lambda line: line.state != "closed")
        if not lines:
            paper.text(self.env._("None: both sides agree."))
            return
        kinds = dict(lines._fields["kind"]._description_selection(self.env))
        states = dict(lines._fields["state"]._description_selection(self.env))
        heads = [
            self.env._("Kind"),
            self.env._("What"),
            self.env._("There"),
            self.env._("Odoo"),
            self.env._("Difference"),
            self.env._("Explanation"),
        ]
        rows = [
            [
                kinds[line.kind],
                f"{line.check_label}: {line.title}",
                line._sum("amount", "there"),
                line._sum("amount"),
                line.difference_text,
                ". ".join(
                    part
                    for part in (
                        line.explanation or states[line.state],
                        line.explained_by.name,
                    )
                    if part
                ),
            ]
            for line in lines
        ]
        paper.table(heads, rows, "llrrrl")

    def _pdf_gaps(self) -> list[str]:
        """What was missing in the period and what became of it, as sentences."""
        days = (
            self
            if self.kind == "day"
            else self._compared_days(self.connector_id, self.date_from, self.date_to)
        )
        closed = (days | self).line_ids.filtered(lambda line: line.state == "closed")
        since, until = self._days()
        catch_ups = self.env["integration.catch.up"].search(
            [
                ("connector_id", "=", self.connector_id.id),
                ("until", ">=", since),
                ("since", "<", until),
                ("missed", ">", 0),
            ]
        )
        length = (self.date_to - self.date_from).days + 1
        sentences = []
        if self.kind == "period":
            sentences.append(
                self.env._(
                    "Days that were also compared one by one: %(done)s of %(all)s.",
                    done=len(days),
                    all=length,
                )
            )
        sentences.append(
            self.env._(
                "Messages of these days that had not arrived and were taken in later: "
                "%(count)s.",
                count=sum(catch_ups.mapped("missed")),
            )
        )
        sentences.append(
            self.env._(
                "Differences that were found and are gone: %(count)s.",
                count=len(closed),
            )
        )
        for line in closed[:50]:
            sentences.append(
                self.env._(
                    "%(title)s, %(amount)s: gone since %(when)s. %(what)s",
                    title=line.title,
                    amount=line.difference_text,
                    when=self._pdf_moment(line.closed_at),
                    what=line.fix_note or "",
                )
            )
        return sentences

    def _pdf_signature(self, paper) -> None:
        signature = self.signature_ids[:1]
        if not signature:
            paper.text(self.env._("Not signed yet."))
            return
        paper.text(signature.statement)
        paper.pairs(
            [
                (self.env._("Signed by"), signature.user_name),
                (
                    self.env._("Signed at"),
                    self._pdf_moment(signature.create_date),
                ),
                (self.env._("Seal (SHA-256)"), signature.content_hash),
            ]
        )
        if self.changed_text:
            paper.text(
                self.env._(
                    "The books have changed since: %(what)s", what=self.changed_text
                ),
                "red",
            )

    def _amount_text(self, amount, currency) -> str:
        return format_amount(self.env, amount, currency) if currency else ""


class _Paper:
    """A page is built from top to bottom; texts are escaped here and nowhere else."""

    def __init__(self):
        self.parts, self.font = [], _font()
        base = {"fontName": self.font, "textColor": INK}
        self.styles = {
            "text": ParagraphStyle("text", fontSize=9, leading=12, **base),
            "big": ParagraphStyle("big", fontSize=12, leading=16, **base),
            "red": ParagraphStyle(
                "red", fontName=self.font, fontSize=9, leading=12, textColor=RED
            ),
            "cell": ParagraphStyle("cell", fontSize=8, leading=10, **base),
            "end": ParagraphStyle("end", fontSize=8, leading=10, alignment=2, **base),
            1: ParagraphStyle("h1", fontSize=18, leading=24, **base),
            2: ParagraphStyle(
                "h2", fontSize=11, leading=15, spaceBefore=10, keepWithNext=1, **base
            ),
        }

    def heading(self, text: str, level: int = 1) -> None:
        self.parts.append(Paragraph(escape(text), self.styles[level]))

    def text(self, text: str, style: str = "text") -> None:
        self.parts.append(Paragraph(escape(text or ""), self.styles[style]))

    def pairs(self, rows: list[tuple]) -> None:
        cells = [
            [
                Paragraph(escape(name), self.styles["cell"]),
                Paragraph(escape(value or ""), self.styles["cell"]),
            ]
            for name, value in rows
        ]
        self._add(cells, [30 * mm, WIDTH - 30 * mm], [])

    def table(self, heads: list[str], rows: list[list], aligns: str) -> None:
        """:param aligns: one letter a column, l or r"""
        styles = [self.styles["end" if side == "r" else "cell"] for side in aligns]
        cells = [
            [
                Paragraph(escape(str(value or "")), style)
                for value, style in zip(row, styles, strict=True)
            ]
            for row in [heads, *rows]
        ]
        shares = [3 if side == "l" else 2 for side in aligns]
        widths = [WIDTH * share / sum(shares) for share in shares]
        self._add(cells, widths, [("LINEBELOW", (0, 0), (-1, 0), 0.8, INK)])

    def _add(self, cells: list, widths: list, extra: list) -> None:
        if not cells:
            return
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            *extra,
        ]
        self.parts += [
            Table(cells, colWidths=widths, style=TableStyle(style), repeatRows=1),
            Spacer(1, 4 * mm),
        ]

    def render(self, title: str) -> bytes:
        buffer = io.BytesIO()

        def number(canvas, document):
            canvas.setFont(self.font, 8)
            canvas.setFillColor(GREY)
            canvas.drawString(18 * mm, 10 * mm, title[:90])
            canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, str(document.page))

        SimpleDocTemplate(
            buffer,
            pagesize=A4,
            title=title,
            leftMargin=18 * mm,
            rightMargin=18 * mm,
            topMargin=18 * mm,
            bottomMargin=18 * mm,
            invariant=1,
        ).build(self.parts, onFirstPage=number, onLaterPages=number)
        return buffer.getvalue()


def _font() -> str:
    """Name of a font that has the letters of people's names."""
    for path in FONTS:
        name = f"Integration{Path(path).stem}"
        if name in pdfmetrics.getRegisteredFontNames():
            return name
        if not Path(path).is_file():
            continue
        try:
            pdfmetrics.registerFont(TTFont(name, path))
        except (TTFError, OSError):
            continue
        return name
    return "Helvetica"
