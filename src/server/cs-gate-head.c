/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "server/cs-gate-head.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define NAME_CHARACTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "!#$%&'*+-.^_`|~"
#define MAX_LENGTH_DIGITS 18

/* Headers that may stand only once, because two servers in a row could each believe another one.
 * Source: CVE-2025-14523, CVE-2026-2708 and RFC 9112 §6.3. */
typedef struct {
  guint n_hosts;
  guint n_lengths;
  guint n_codings;
} Fields;

/* A wait for a head that stays in the socket meanwhile. */
typedef struct {
  CsGateHeadFunc func;
  gpointer user_data;
  gsize n_seen;
} Wait;

static const char *
check_request_line (const char *line)
{
  gsize method_length = strspn (line, NAME_CHARACTERS);
  const char *target, *version;

  if (method_length == 0 || line[method_length] != ' ')
    return "The request can't be understood";
  target = line + method_length + 1;
  version = strchr (target, ' ');
  if (*target != '/' || version == NULL || !g_str_has_prefix (version, " HTTP/"))
    return "The request can't be understood";

  for (const char *p = target; p < version; p++)
    {
      if (!g_ascii_isgraph (*p))
        return "The path has a character that doesn't belong there";
      if (*p == '%' && !(g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2])))
        return "The path has a broken percent sequence";
    }
  if (strcmp (version, " HTTP/1.1") != 0 && strcmp (version, " HTTP/1.0") != 0)
    return "The version of HTTP is not known";
  return NULL;
}

static gboolean
is_name (const char *line,
         gsize       length,
         const char *name)
{
  return strlen (name) == length && g_ascii_strncasecmp (line, name, length) == 0;
}

static const char *
check_field (char   *line,
             Fields *fields)
{
  gsize name_length = strspn (line, NAME_CHARACTERS);
  const char *value;

  if (name_length == 0 || line[name_length] != ':')
    return "A header can't be understood";
  value = g_strstrip (line + name_length + 1);

  if (is_name (line, name_length, "Host"))
    fields->n_hosts++;
  if (is_name (line, name_length, "Content-Length"))
    {
      fields->n_lengths++;
      if (*value == '\0' || strspn (value, G_CSET_DIGITS) != strlen (value) || strlen (value) > MAX_LENGTH_DIGITS)
        return "The Content-Length is not a number";
    }
  if (is_name (line, name_length, "Transfer-Encoding"))
    {
      fields->n_codings++;
      if (g_ascii_strcasecmp (value, "chunked") != 0)
        return "The Transfer-Encoding is not known";
    }
  return NULL;
}

static const char *
check_fields (const Fields *fields)
{
  if (fields->n_lengths > 1)
    return "The Content-Length is given twice";
  if (fields->n_codings > 1)
    return "The Transfer-Encoding is given twice";
  if (fields->n_lengths > 0 && fields->n_codings > 0)
    return "Content-Length and Transfer-Encoding are both given";
  return fields->n_hosts != 1 ? "The Host is not given once" : NULL;
}

/* A control character is never meant well; a tab is a space. */
static gboolean
has_control_character (const char *text,
                       gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] != '\t' && g_ascii_iscntrl (text[i]))
        return TRUE;
    }
  return FALSE;
}

static void
set_least (GSocket *socket,
           gsize    n_bytes)
{
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVLOWAT, (int) n_bytes, NULL);
}

static gboolean
on_readable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      data)
{
  Wait *wait = data;
  char buffer[CS_GATE_HEAD_MAX];
  const char *fault = NULL;
  CsGateHeadState state = CS_GATE_HEAD_PARTIAL;
  gssize n = recv (g_socket_get_fd (socket), buffer, sizeof buffer, MSG_PEEK | MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;

  /* Awake without anything new: nothing will ever come. */
  if (n > 0 && (gsize) n != wait->n_seen)
    {
      state = cs_gate_head_check (buffer, n, &fault);
      if (state == CS_GATE_HEAD_PARTIAL && n < CS_GATE_HEAD_MAX)
        {
          wait->n_seen = n;
          set_least (socket, n + 1);
          return G_SOURCE_CONTINUE;
        }
      if (state == CS_GATE_HEAD_PARTIAL)
        {
          state = CS_GATE_HEAD_TOO_LARGE;
          fault = "The head is too large";
        }
    }

  set_least (socket, 1);
  wait->func (state, fault, wait->user_data);
  return G_SOURCE_REMOVE;
}

/* Judges what has come of a head so far. Stricter than RFC 9112 asks for: what two servers could read differently is
 * wrong, such as lines that end in LF alone, folded lines and spaces before a colon. Sets fault where it is wrong. */
CsGateHeadState
cs_gate_head_check (const char  *data,
                    gsize        length,
                    const char **fault)
{
  Fields fields = { 0 };
  const char *end = data + length, *feed;

  *fault = NULL;
  for (const char *start = data; (feed = memchr (start, '\n', end - start)) != NULL; start = feed + 1)
    {
      g_autofree char *line = NULL;

      if (feed == start || feed[-1] != '\r' || has_control_character (start, feed - 1 - start))
        {
          *fault = "The head has a character that doesn't belong there";
          return CS_GATE_HEAD_WRONG;
        }
      line = g_strndup (start, feed - 1 - start);
      if (start == data)
        *fault = check_request_line (line);
      else if (*line != '\0')
        *fault = check_field (line, &fields);
      else
        *fault = check_fields (&fields);
      if (*fault != NULL)
        return CS_GATE_HEAD_WRONG;
      if (start != data && *line == '\0')
        return CS_GATE_HEAD_WHOLE;
    }
  return CS_GATE_HEAD_PARTIAL;
}

/* Waits, on the thread-default main context, until the head of a request is in the socket, looks at it and leaves it
 * there. func is called once, unless the source is destroyed before. What SoupServer thinks of a wrong head is never
 * learned: some leak its path, and none is told apart. (transfer full) */
GSource *
cs_gate_head_await (GSocket        *socket,
                    CsGateHeadFunc  func,
                    gpointer        user_data)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);
  Wait *wait = g_new0 (Wait, 1);

  wait->func = func;
  wait->user_data = user_data;
  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), wait, g_free);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}
