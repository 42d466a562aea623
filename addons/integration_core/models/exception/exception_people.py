# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ResUsers(models.Model):
    """Who may be asked about messages."""

    _inherit = "res.users"

    def _may_take_care(self, company) -> bool:
        """Whether this person can open and solve messages of a company."""
        self.ensure_one()
        user = self.sudo()
        return (
            user.active
            and company in user.company_ids
            and (
                user.has_group("integration_core.group_operator")
                or user.has_group("integration_core.group_manager")
            )
        )


class IntegrationFlow(models.Model):
    """Who is asked when a message of a flow needs a person."""

    _inherit = "integration.flow"

    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="Who takes care of messages of this flow that need a person. "
        "Empty: the connector's responsible person.",
    )

    team_ids = fields.Many2many(
        "res.users",
        "integration_flow_team_rel",
        "flow_id",
        "user_id",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="Who is in charge of this flow. Without a responsible person, what waits "
        "belongs to all of them until somebody takes it.",
    )

    @api.constrains("user_id", "team_ids", "connector_id")
    def _check_people(self):
        for flow in self.sudo():
            for user in flow.user_id | flow.team_ids:
                if user._may_take_care(flow.company_id):
                    continue
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot take care of the messages of %(flow)s: that "
                        "needs the role Operator or Manager of Integrations, and "
                        "access to %(company)s.",
                        user=user.name,
                        flow=flow.display_name,
                        company=flow.company_id.name,
                    )
                )


class IntegrationException(models.Model):
    """Whose turn it is."""

    _inherit = "integration.exception"

    flow_id = fields.Many2one(
        "integration.flow", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def _assign(self, user, note: str = "") -> None:
        """Hand open exceptions over; the person gets one activity for all of them.

        :param user: `res.users`, may be empty: nobody in particular
        :param note: what this person should know
        :raises UserError: the person could not open or solve them
        """
        self.env["integration.event"]._require_operator()
        waiting = self.filtered(lambda x: x.state == "open")
        waiting.write({"user_id": user.id})
        # sudo: the activities of these very records, whoever planned them.
        waiting.sudo().activity_ids.unlink()
        if waiting and user and user != self.env.user:
            waiting.sorted("id")[0].activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._(
                    "%(count)s message(s) need your attention", count=len(waiting)
                ),
                note=note,
            )

    @api.model
    def _charge(self, event_ids: list[int]) -> dict:
        """The flow of each message and, where it is not the connector's person, who
        takes care of it.

        Who had the message before keeps it; else it is the person of its flow; a flow
        with a team and no person leaves it to the team.

        :return: event id → values of an exception: ``flow_id``, maybe ``user_id``
        """
        self.flush_model(["event_id", "user_id", "state"])
        self.env["integration.flow"].flush_model(["user_id", "team_ids"])
        self.env.cr.execute(
            """
            SELECT e.id, flow.id, former.id, person.id,
                   EXISTS (SELECT 1 FROM integration_flow_team_rel t
                            WHERE t.flow_id = flow.id)
              FROM integration_event e
              LEFT JOIN integration_flow flow
                     ON flow.connector_id = e.connector_id
                    AND flow.entity = e.entity AND flow.direction = e.direction
              LEFT JOIN LATERAL (
                       SELECT x.user_id FROM integration_exception x
                        WHERE x.event_id = e.id AND x.state = 'resolved'
                        ORDER BY x.id DESC LIMIT 1) before ON true
              LEFT JOIN res_users former ON former.id = before.user_id AND former.active
              LEFT JOIN res_users person ON person.id = flow.user_id AND person.active
             WHERE e.id = ANY(%s)
            """,
            (event_ids,),
        )
        found = {}
        for event_id, flow_id, former, person, team in self.env.cr.fetchall():
            found[event_id] = {"flow_id": flow_id}
            if former or person or team:
                found[event_id]["user_id"] = former or person
        return found

    def _check_responsible(self, user) -> None:
        """:raises UserError: this person could not open or solve these messages"""
        for company in self.sudo().company_id:
            if not user._may_take_care(company):
                raise UserError(
                    self.env._(
                        "%(user)s cannot take care of messages of %(company)s: that "
                        "needs the role Operator or Manager of Integrations, and "
                        "access to the company.",
                        user=user.name,
                        company=company.name,
                    )
                )
