/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-display-text.h"

/* A name longer than this tells nobody more, and a row has to lay it out. */
#define MAX_CHARACTERS 255

/* Marks that turn the direction of what follows: text from outside could make a row read backwards with them. */
static gboolean
is_direction_control (gunichar c)
{
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

/**
 * cs_display_text_clean:
 * @text: (nullable): text from outside; need not be valid UTF-8
 *
 * Makes one line of it that is safe to show: control characters and line breaks become spaces, direction marks go, and what is
 * longer than 255 characters ends in an ellipsis. It is still text, not markup.
 *
 * Returns: (transfer full): the line, "" for %NULL
 */
char *
cs_display_text_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *line = g_string_new (NULL);
  guint n = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (is_direction_control (c))
      continue;
    if (n++ == MAX_CHARACTERS) {
      g_string_append (line, "…");
      break;
    }
    if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
      g_string_append_c (line, ' ');
    else
      g_string_append_unichar (line, c);
  }
  return g_strstrip (g_string_free (line, FALSE));
}

/**
 * cs_display_text_isolate:
 * @text: a clean line
 *
 * Wraps it so that its direction (a Hebrew name, a telephone number) leaves that of the sentence around it alone.
 *
 * Returns: (transfer full): @text between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE
 */
char *
cs_display_text_isolate (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return g_strconcat ("\xE2\x81\xA8", text, "\xE2\x81\xA9", NULL);
}
