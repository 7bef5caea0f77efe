/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-tunnel-text.h"

#include <glib/gi18n.h>

#include "ui/cs-time-format.h"

/* How things stand with the built-in tunnel, in a word or two. (transfer none) */
const char *
cs_tunnel_text_get_title (const CsTunnelState *state)
{
  switch (state->phase) {
  case CS_TUNNEL_PHASE_OFF:
    return _("The tunnel is off");
  case CS_TUNNEL_PHASE_CONNECTING:
    return _("Connecting…");
  case CS_TUNNEL_PHASE_ASKING:
    return _("Is this the right server?");
  case CS_TUNNEL_PHASE_OPEN:
    return _("The tunnel is open");
  case CS_TUNNEL_PHASE_WAITING:
    return _("There is no tunnel now");
  case CS_TUNNEL_PHASE_REFUSED:
    break;
  }
  return _("The server shows another key");
}

/* What it means. (transfer full) */
char *
cs_tunnel_text_dup_sentence (const CsTunnelState *state)
{
  const char *host = state->host != NULL ? state->host : "";

  switch (state->phase) {
  case CS_TUNNEL_PHASE_OFF:
    return g_strdup (_("Calls come by another way"));
  case CS_TUNNEL_PHASE_CONNECTING:
    return g_strdup_printf (_("%s is asked for a public address"), host);
  case CS_TUNNEL_PHASE_OPEN:
    if (state->error != NULL)
      return g_strdup (state->error);
    if (state->url != NULL)
      return g_strdup (state->url);
    return g_strdup_printf (_("%s has not told the public address yet"), host);
  case CS_TUNNEL_PHASE_WAITING:
    /* Translators: %s is a sentence that says what is wrong. */
    return g_strdup_printf (_("%s It is tried again by itself."), state->error != NULL ? state->error : "");
  case CS_TUNNEL_PHASE_ASKING:
  case CS_TUNNEL_PHASE_REFUSED:
    break;
  }
  return g_strdup (state->error != NULL ? state->error : "");
}

/* What the user can do about it, as a button says it; NULL: nothing. (transfer none) (nullable) */
const char *
cs_tunnel_text_get_button (const CsTunnelState *state)
{
  switch (state->phase) {
  case CS_TUNNEL_PHASE_ASKING:
    return _("Compare…");
  case CS_TUNNEL_PHASE_WAITING:
    return _("Try Again");
  case CS_TUNNEL_PHASE_REFUSED:
    return _("Forget Old Key…");
  case CS_TUNNEL_PHASE_OFF:
  case CS_TUNNEL_PHASE_CONNECTING:
  case CS_TUNNEL_PHASE_OPEN:
    break;
  }
  return NULL;
}

/* Whether calls can't come in, as far as is known: the address was tried in vain, and nothing came under it since. */
gboolean
cs_tunnel_text_is_unreachable (const CsSnapshot *snapshot)
{
  const CsAddressState *address = &snapshot->address;

  return address->fault != CS_ADDRESS_FAULT_NONE && address->fault != CS_ADDRESS_FAULT_PLAIN &&
         address->fault != CS_ADDRESS_FAULT_PROXY && snapshot->last_event_us < address->checked_us;
}

/* What the last check of the public address has brought. (transfer full) */
char *
cs_tunnel_text_dup_check (const CsAddressState *state,
                          gint64                now_us)
{
  g_autofree char *when = NULL;
  g_autofree char *trip = NULL;

  if (state->is_checking)
    return g_strdup (_("Checking…"));
  if (state->checked_us == CS_UNKNOWN)
    return g_strdup (_("Not checked yet"));
  if (state->error != NULL)
    return g_strdup (state->error);
  when = cs_time_format_ago (state->checked_us, now_us);
  if (state->trip_us < G_USEC_PER_SEC)
    /* Translators: milliseconds. */
    trip = g_strdup_printf (_("%d ms"), (int) MAX (state->trip_us / 1000, 1));
  else
    /* Translators: seconds. */
    trip = g_strdup_printf (_("%.1f s"), (double) state->trip_us / G_USEC_PER_SEC);
  /* Translators: "240 ms" and "2 minutes ago". */
  return g_strdup_printf (_("It works: %s there and back. %s"), trip, when);
}
