/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-state.h"

#include <glib/gi18n.h>

#include <string.h>

#define MAX_WORD 64

/* What people write in their lists, in English and German, as g_utf8_casefold() leaves it. The first word of each state is the
 * one that we write. */
static const char *const words[CS_N_ORDER_STATES][16] = {
  [CS_ORDER_RECEIVED] = { "received", "new", "accepted", "open", "0", "eingegangen", "erhalten", "neu", "angenommen", "offen" },
  [CS_ORDER_PENDING] = { "pending", "processing", "in progress", "in process", "in work", "1", "in bearbeitung", "in arbeit",
                         "ausstehend", "wird bearbeitet" },
  [CS_ORDER_FULFILLED] = { "fulfilled", "shipped", "delivered", "done", "ready", "completed", "complete", "2", "erledigt",
                           "fertig", "versandt", "versendet", "geliefert", "abgeschlossen", "abholbereit" },
  [CS_ORDER_CANCELLED] = { "cancelled", "canceled", "void", "3", "storniert", "abgebrochen", "abgesagt" },
};

/* The word for files and logs, in lower case: "received", "pending", "fulfilled", "cancelled". */
const char *
cs_order_state_get_word (CsOrderState state)
{
  g_return_val_if_fail ((guint) state < CS_N_ORDER_STATES, NULL);

  return words[state][0];
}

/* The word for the user, translated. */
const char *
cs_order_state_get_label (CsOrderState state)
{
  switch (state)
    {
    case CS_ORDER_RECEIVED:
      return C_("order state", "Received");
    case CS_ORDER_PENDING:
      return C_("order state", "In progress");
    case CS_ORDER_FULFILLED:
      return C_("order state", "Done");
    case CS_ORDER_CANCELLED:
      return C_("order state", "Cancelled");
    }
  g_return_val_if_reached (NULL);
}

/* Understands the usual English and German words for a state in any case, and the numbers 0 to 3; white space around them is
 * ignored. text is UTF-8. Returns FALSE, and leaves state alone, for anything else. */
gboolean
cs_order_state_parse (const char   *text,
                      CsOrderState *state)
{
  g_autofree char *trimmed = NULL, *folded = NULL;

  while (g_ascii_isspace (*text))
    text++;
  /* Nothing that long is one of the words, however it is spelt. */
  if (strlen (text) > MAX_WORD || !g_utf8_validate (text, -1, NULL))
    return FALSE;

  trimmed = g_strchomp (g_strdup (text));
  folded = g_utf8_casefold (trimmed, -1);
  for (int i = 0; i < CS_N_ORDER_STATES; i++)
    {
      for (const char *const *word = words[i]; *word != NULL; word++)
        {
          if (strcmp (folded, *word) == 0)
            {
              *state = i;
              return TRUE;
            }
        }
    }
  return FALSE;
}
