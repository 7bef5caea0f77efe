/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "sipgate/cs-sipgate-response.h"

struct _CsSipgateResponse {
  char *on_answer; /* (owned) (nullable) */
  char *on_hangup; /* (owned) (nullable) */
  char *action;    /* (owned) (nullable) the action's element, escaped */
};

/* XML 1.0 §2.2: not even a character reference may name any other. */
static gboolean
is_xml_character (gunichar c)
{
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c <= 0xfffd)
         || c >= 0x10000;
}

/* Escapes for attributes and text alike. g_markup_escape_text() won't do: it refers to characters that XML forbids, and
 * lets the reader of an attribute turn tabs and line breaks into spaces. */
static void
append_escaped (GString    *xml,
                const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '&')
        g_string_append (xml, "&amp;");
      else if (c == '<')
        g_string_append (xml, "&lt;");
      else if (c == '>')
        g_string_append (xml, "&gt;");
      else if (c == '"')
        g_string_append (xml, "&quot;");
      else if (c == '\'')
        g_string_append (xml, "&apos;");
      else if (c == '\t' || c == '\n' || c == '\r')
        g_string_append_printf (xml, "&#%u;", c);
      else if (is_xml_character (c))
        g_string_append_unichar (xml, c);
    }
}

static void
append_attribute (GString    *xml,
                  const char *name,
                  const char *value)
{
  if (value == NULL || *value == '\0')
    return;

  g_string_append_printf (xml, " %s=\"", name);
  append_escaped (xml, value);
  g_string_append_c (xml, '"');
}

static void
append_play (GString    *xml,
             const char *url)
{
  g_string_append (xml, "<Play><Url>");
  append_escaped (xml, url);
  g_string_append (xml, "</Url></Play>");
}

static GString *
begin_dial (const char *caller_id,
            gboolean    is_anonymous)
{
  GString *xml = g_string_new ("<Dial");

  append_attribute (xml, "callerId", caller_id);
  append_attribute (xml, "anonymous", is_anonymous ? "true" : NULL);
  g_string_append_c (xml, '>');

  return xml;
}

static void
end_dial (CsSipgateResponse *response,
          GString           *xml)
{
  g_string_append (xml, "</Dial>");
  response->action = g_string_free (xml, FALSE);
}

/**
 * cs_sipgate_response_new:
 * @on_answer: (nullable): absolute URL that sipgate shall push the answer to
 * @on_hangup: (nullable): absolute URL that sipgate shall push the hangup to
 *
 * Begins the answer to a push (protocol/sipgate.md §6). Without an action it lets the call through. What is passed to
 * this and the setters may be any text: it is escaped, and characters that XML doesn't have are left out.
 *
 * Returns: (transfer full): the response
 */
CsSipgateResponse *
cs_sipgate_response_new (const char *on_answer,
                         const char *on_hangup)
{
  CsSipgateResponse *response = g_new0 (CsSipgateResponse, 1);

  response->on_answer = g_strdup (on_answer);
  response->on_hangup = g_strdup (on_hangup);

  return response;
}

void
cs_sipgate_response_free (CsSipgateResponse *response)
{
  if (response == NULL)
    return;

  g_free (response->on_answer);
  g_free (response->on_hangup);
  g_free (response->action);
  g_free (response);
}

/**
 * cs_sipgate_response_set_dial:
 * @numbers: one to %CS_SIPGATE_RESPONSE_MAX_NUMBERS numbers, closed by %NULL; more than one for incoming calls only
 * @caller_id: (nullable): digits that the telephones shall show
 * @is_anonymous: whether they shall show no number
 *
 * Rings these telephones at once, instead of those that were called.
 */
void
cs_sipgate_response_set_dial (CsSipgateResponse  *response,
                              const char * const *numbers,
                              const char         *caller_id,
                              gboolean            is_anonymous)
{
  GString *xml;

  g_return_if_fail (response != NULL && response->action == NULL);
  g_return_if_fail (numbers != NULL && numbers[0] != NULL);
  g_return_if_fail (g_strv_length ((char **) numbers) <= CS_SIPGATE_RESPONSE_MAX_NUMBERS);

  xml = begin_dial (caller_id, is_anonymous);
  for (gsize i = 0; numbers[i] != NULL; i++)
    {
      g_string_append (xml, "<Number>");
      append_escaped (xml, numbers[i]);
      g_string_append (xml, "</Number>");
    }

  end_dial (response, xml);
}

/**
 * cs_sipgate_response_set_voicemail:
 * @caller_id: (nullable): digits that the mailbox shall be told
 * @is_anonymous: whether it shall be told no number
 *
 * Sends the caller to the mailbox.
 */
void
cs_sipgate_response_set_voicemail (CsSipgateResponse *response,
                                   const char        *caller_id,
                                   gboolean           is_anonymous)
{
  GString *xml;

  g_return_if_fail (response != NULL && response->action == NULL);

  xml = begin_dial (caller_id, is_anonymous);
  g_string_append (xml, "<Voicemail/>");
  end_dial (response, xml);
}

/**
 * cs_sipgate_response_set_play:
 * @url: a WAV file that anybody may fetch: PCM, 16 bit, mono, 8 kHz; sipgate plays no other
 *
 * Plays a sound to the caller.
 */
void
cs_sipgate_response_set_play (CsSipgateResponse *response,
                              const char        *url)
{
  GString *xml;

  g_return_if_fail (response != NULL && response->action == NULL);
  g_return_if_fail (url != NULL && *url != '\0');

  xml = g_string_new (NULL);
  append_play (xml, url);
  response->action = g_string_free (xml, FALSE);
}

/**
 * cs_sipgate_response_set_gather:
 * @on_data: absolute URL that the dtmf event is pushed to
 * @max_digits: after how many keys it is, at least 1
 * @timeout_ms: or after how many milliseconds of silence, at least 1; they count from the end of the sound
 * @play_url: (nullable): a sound as for cs_sipgate_response_set_play(), to ask for the keys with
 *
 * Waits for the caller to press keys. The push always comes, even if no key was pressed.
 */
void
cs_sipgate_response_set_gather (CsSipgateResponse *response,
                                const char        *on_data,
                                guint              max_digits,
                                guint              timeout_ms,
                                const char        *play_url)
{
  GString *xml;

  g_return_if_fail (response != NULL && response->action == NULL);
  g_return_if_fail (on_data != NULL && *on_data != '\0');
  g_return_if_fail (max_digits >= 1);
  g_return_if_fail (timeout_ms >= 1);

  xml = g_string_new ("<Gather");
  append_attribute (xml, "onData", on_data);
  g_string_append_printf (xml, " maxDigits=\"%u\" timeout=\"%u\" type=\"dtmf\"", max_digits, timeout_ms);
  if (play_url != NULL && *play_url != '\0')
    {
      g_string_append_c (xml, '>');
      append_play (xml, play_url);
      g_string_append (xml, "</Gather>");
    }
  else
    {
      g_string_append (xml, "/>");
    }

  response->action = g_string_free (xml, FALSE);
}

/**
 * cs_sipgate_response_set_reject:
 *
 * Refuses the call.
 */
void
cs_sipgate_response_set_reject (CsSipgateResponse *response,
                                CsSipgateReject    reason)
{
  g_return_if_fail (response != NULL && response->action == NULL);

  switch (reason)
    {
    case CS_SIPGATE_REJECT_REJECTED:
      response->action = g_strdup ("<Reject reason=\"rejected\"/>");
      return;

    case CS_SIPGATE_REJECT_BUSY:
      response->action = g_strdup ("<Reject reason=\"busy\"/>");
      return;
    }

  g_return_if_reached ();
}

/**
 * cs_sipgate_response_set_hangup:
 *
 * Ends the call.
 */
void
cs_sipgate_response_set_hangup (CsSipgateResponse *response)
{
  g_return_if_fail (response != NULL && response->action == NULL);

  response->action = g_strdup ("<Hangup/>");
}

/**
 * cs_sipgate_response_to_bytes:
 *
 * Returns: (transfer full): the body to send as application/xml, in UTF-8
 */
GBytes *
cs_sipgate_response_to_bytes (CsSipgateResponse *response)
{
  GString *xml;

  g_return_val_if_fail (response != NULL, NULL);

  xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response");
  append_attribute (xml, "onAnswer", response->on_answer);
  append_attribute (xml, "onHangup", response->on_hangup);
  if (response->action != NULL)
    g_string_append_printf (xml, ">%s</Response>", response->action);
  else
    g_string_append (xml, "/>");

  return g_string_free_to_bytes (xml);
}
