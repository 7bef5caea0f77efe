/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-orders.h"
#include "ui/cs-call-text.h"

/* A call that only the order line talked with is named by what the caller did there; one that people talked with isn't. */
static void
test_order_line (void)
{
  static const struct
  {
    CsProvider provider;
    CsOutcome outcome;
    int result;
    const char *customer;
    const char *word;
    const char *shown;
  } cases[] = {
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_IVR_ONLY, CS_ORDER_RESULT_FOUND, "4711", "Order told", "Order line: told about order of 4711" },
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_IVR_ONLY, CS_ORDER_RESULT_NOT_FOUND, "99", "No order found", "Order line: no order of 99 found" },
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_IVR_ONLY, CS_ORDER_RESULT_UNAVAILABLE, "99", "No order told", "Order line: orders couldn’t be looked up" },
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_IVR_ONLY, CS_ORDER_RESULT_REFUSED, "99", "Asked too often", "Order line: asked too often" },
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_IVR_ONLY, CS_ORDER_RESULT_GAVE_UP, NULL, "No number", "Order line: no valid number entered" },
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_IVR_ONLY, CS_ORDER_RESULT_HUNG_UP, NULL, "Hung up", "Order line: hung up, asked for no order" },
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_ANSWERED_UNATTRIBUTED, CS_ORDER_RESULT_HUNG_UP, NULL, "Hung up",
      "Order line: hung up, asked for no order" },
    /* Handed over to a person after all. */
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_ANSWERED_UNATTRIBUTED, CS_ORDER_RESULT_GAVE_UP, NULL, "Answered", "Answered" },
    /* The log was pruned. */
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_IVR_ONLY, -1, NULL, "Order line", "Order line" },
    { CS_PROVIDER_EXOTEL, CS_OUTCOME_IVR_ONLY, -1, NULL, "Menu only", "Menu only" },
    { CS_PROVIDER_SIPGATE, CS_OUTCOME_MISSED, -1, NULL, "Missed", "Missed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (CsCall) call = cs_call_new (cases[i].provider);
    g_autofree char *outcome = NULL;
    g_autofree char *summary = NULL;

    call->direction = CS_DIRECTION_INBOUND;
    call->outcome = cases[i].outcome;
    call->order_result = cases[i].result;
    call->order_customer = g_strdup (cases[i].customer);
    outcome = cs_call_text_get_outcome (call);
    summary = cs_call_text_get_summary (call);
    g_assert_cmpstr (cs_call_text_get_word (call), ==, cases[i].word);
    g_assert_cmpstr (outcome, ==, cases[i].shown);
    g_assert_cmpstr (summary, ==, cases[i].shown);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-text/order-line/what-the-caller-did", test_order_line);
  return g_test_run ();
}
