"""Every story, in one file so that one worker starts both set-ups once for all of them."""

from change_requests import test_a_change_request_by_mail_skips_the_inbox_and_its_card_answers_the_customer
from main_job import test_a_mail_becomes_a_ticket_is_answered_resolved_rated_and_closed
from merging import test_a_merged_ticket_takes_no_mail_and_goes_on_when_it_is_taken_out
from routing_rule import test_a_new_row_in_the_routing_table_routes_the_next_mail

__all__ = [
    "test_a_change_request_by_mail_skips_the_inbox_and_its_card_answers_the_customer",
    "test_a_mail_becomes_a_ticket_is_answered_resolved_rated_and_closed",
    "test_a_merged_ticket_takes_no_mail_and_goes_on_when_it_is_taken_out",
    "test_a_new_row_in_the_routing_table_routes_the_next_mail",
]
