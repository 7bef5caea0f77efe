/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-text.h"

#include <glib/gi18n.h>

#include "store/cs-store-orders.h"
#include "ui/cs-contact-names.h"
#include "ui/cs-display-text.h"
#include "ui/cs-number-format.h"
#include "ui/cs-outcome-look.h"
#include "ui/cs-time-format.h"

static char *
join_lines (const char *lines)
{
  g_auto (GStrv) names = g_strsplit (lines, "\n", -1);
  g_autofree char *joined = g_strjoinv (", ", names);

  return cs_display_text_clean (joined);
}

static void
append_part (GString    *text,
             const char *separator,
             const char *part)
{
  if (*part == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, separator);
  g_string_append (text, part);
}

/* Returns the other party's number. (transfer none) (nullable) */
const char *
cs_call_text_get_peer (const CsCall *call)
{
  if (call->peer != NULL)
    return call->peer;
  return cs_direction_is_outgoing (call->direction) ? call->to : call->from;
}

/* Returns when it began, as far as that is known: microseconds UTC. */
gint64
cs_call_text_get_start (const CsCall *call)
{
  return call->started_us != CS_UNKNOWN ? call->started_us : call->seen_us;
}

/* What a caller did at the order line. (transfer full) */
static char *
describe_order_result (CsOrderResult  result,
                       const char    *customer)
{
  g_autofree char *number = cs_display_text_clean (customer != NULL ? customer : "");

  switch (result) {
  case CS_ORDER_RESULT_FOUND:
    /* Translators: a call at the order line; the caller entered this customer number and was told about the order. */
    return g_strdup_printf (C_("call", "Order line: told about order of %s"), number);
  case CS_ORDER_RESULT_NOT_FOUND:
    /* Translators: a call at the order line; no order is known for the customer number that the caller entered. */
    return g_strdup_printf (C_("call", "Order line: no order of %s found"), number);
  case CS_ORDER_RESULT_UNAVAILABLE:
    return g_strdup (C_("call", "Order line: orders couldn’t be looked up"));
  case CS_ORDER_RESULT_REFUSED:
    return g_strdup (C_("call", "Order line: asked too often"));
  case CS_ORDER_RESULT_GAVE_UP:
    return g_strdup (C_("call", "Order line: no valid number entered"));
  case CS_ORDER_RESULT_HUNG_UP:
    return g_strdup (C_("call", "Order line: hung up, asked for no order"));
  }
  g_return_val_if_reached (NULL);
}

/* Whether it was the order line alone that the caller had to do with, and it is known what came of that. */
gboolean
cs_call_text_is_order_line (const CsCall *call)
{
  /* Where people can be dialled after the order line, it may have been them who answered. */
  return call->order_result >= 0 && (call->outcome == CS_OUTCOME_IVR_ONLY || call->order_result == CS_ORDER_RESULT_HUNG_UP);
}

/* Returns a word or two for how it ended or goes. (transfer none) */
const char *
cs_call_text_get_word (const CsCall *call)
{
  static const char *const results[CS_N_ORDER_RESULTS] = {
    [CS_ORDER_RESULT_FOUND] = NC_("outcome", "Order told"),
    [CS_ORDER_RESULT_NOT_FOUND] = NC_("outcome", "No order found"),
    [CS_ORDER_RESULT_UNAVAILABLE] = NC_("outcome", "No order told"),
    [CS_ORDER_RESULT_REFUSED] = NC_("outcome", "Asked too often"),
    [CS_ORDER_RESULT_GAVE_UP] = NC_("outcome", "No number"),
    [CS_ORDER_RESULT_HUNG_UP] = NC_("outcome", "Hung up"),
  };

  if (cs_call_text_is_order_line (call))
    return g_dpgettext2 (NULL, "outcome", results[call->order_result]);
  /* Nothing but the order line gathers digits from sipgate's callers. */
  if (call->is_at_order_line || (call->outcome == CS_OUTCOME_IVR_ONLY && call->provider == CS_PROVIDER_SIPGATE))
    return C_("call", "Order line");
  return cs_outcome_get_word (call->outcome);
}

/* Returns how it ended or goes; of a call that only the order line talked with, what came of it. (transfer full) */
char *
cs_call_text_get_outcome (const CsCall *call)
{
  return cs_call_text_is_order_line (call) ? describe_order_result ((CsOrderResult) call->order_result, call->order_customer)
                                 : g_strdup (cs_call_text_get_word (call));
}

/* Returns the person at our end: who answered, or who could; "" where nobody is known. (transfer full) */
char *
cs_call_text_get_colleague (const CsCall *call)
{
  if (call->answered_by_name != NULL && *call->answered_by_name != '\0')
    return cs_display_text_clean (call->answered_by_name);
  if (call->answered_by != NULL && *call->answered_by != '\0')
    return cs_display_text_clean (call->answered_by);
  if (call->outcome == CS_OUTCOME_RINGING && call->offered != NULL)
    return join_lines (call->offered);
  return g_strdup ("");
}

/* Returns the word for it. (transfer none) */
const char *
cs_call_text_get_direction (CsDirection direction)
{
  if (direction == CS_DIRECTION_INTERNAL)
    return C_("call", "Internal");
  if (cs_direction_is_outgoing (direction))
    return C_("call", "Outgoing");
  return direction == CS_DIRECTION_INBOUND ? C_("call", "Incoming") : "";
}

/* Returns what a row says below the name: outcome, direction where it isn't the usual one, who answered, the number called.
 * (transfer full) */
char *
cs_call_text_get_summary (const CsCall *call)
{
  g_autofree char *outcome = cs_call_text_get_outcome (call);
  g_autofree char *colleague = cs_call_text_get_colleague (call);
  GString *text = g_string_new (outcome);

  if (call->direction != CS_DIRECTION_INBOUND)
    append_part (text, " · ", cs_call_text_get_direction (call->direction));
  if (*colleague != '\0') {
    g_autofree char *isolated = cs_display_text_isolate (colleague);

    append_part (text, " · ", isolated);
  }
  if (cs_outcome_is_ended (call->outcome) && call->number != NULL) {
    g_autofree char *number = cs_number_format_isolate (call->number);

    append_part (text, " · ", number);
  }
  return g_string_free (text, FALSE);
}

/* Returns the whole call in a line, for a screen reader. zone and now_us: as in cs_time_format_clock(). (transfer full) */
char *
cs_call_text_describe (const CsCall *call,
                       GTimeZone    *zone,
                       gint64        now_us)
{
  g_autofree char *summary = cs_call_text_get_summary (call);
  g_autofree char *peer = cs_contact_names_display (cs_contact_names_get_default (), cs_call_text_get_peer (call));
  g_autofree char *time = cs_time_format_clock (cs_call_text_get_start (call), now_us, zone);
  GString *text = g_string_new (summary);

  append_part (text, ", ", peer);
  append_part (text, ", ", time);
  if (call->talk_us != CS_UNKNOWN) {
    g_autofree char *talk = cs_time_format_spoken (call->talk_us);

    append_part (text, ", ", talk);
  }
  return g_string_free (text, FALSE);
}
