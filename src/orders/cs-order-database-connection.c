/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-database-connection.h"

#include "orders/cs-order-error.h"

#include <errmsg.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <string.h>

#define MAX_WORD 64
#define MAX_PACKET (1024 * 1024)
#define MAX_MESSAGE 200
/* Never the one that sends the password as it is. */
#define PLUGINS "mysql_native_password,client_ed25519,parsec,caching_sha2_password,sha256_password"
/* Those of them by which both sides prove that they know it. By the others it is told to a server whose certificate is good. */
#define PROVING_PLUGINS "mysql_native_password,client_ed25519,parsec"
/* From here on the client goes on with a certificate that it can't trust, until the server has proved that it knows the password. It
 * would tell that itself before to whoever has a good certificate for any other name. */
#define PROVING_CLIENT 30400

struct _CsOrderDatabaseConnection
{
  MYSQL *mysql;         /* (owned) */
  MYSQL_STMT *query;    /* (owned) (nullable) */
  char *user;           /* (owned) for messages */
  char *database;       /* (owned) */
};

/* Whatever the server says is shown as one short line of text. (transfer full) */
static char *
take_message (const char *message)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);

  for (char *p = valid; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        *p = ' ';
    }
  g_strchomp (valid);
  while (g_str_has_suffix (valid, "."))
    valid[strlen (valid) - 1] = '\0';
  return g_utf8_strlen (valid, -1) > MAX_MESSAGE ? g_utf8_substring (valid, 0, MAX_MESSAGE) : g_steal_pointer (&valid);
}

static char *
describe (CsOrderDatabaseConnection *self,
          guint                      number,
          const char                *message)
{
  switch (number)
    {
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
      return g_strdup_printf (_("The database refuses the user “%s” or the password. Check both."), self->user);
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
      return g_strdup_printf (_("The database doesn’t let the user “%s” read the orders: %s. "
                                "Ask its administrator for the right to."), self->user, message);
    case ER_BAD_DB_ERROR:
      return g_strdup_printf (_("The server has no database “%s”. Check its name."), self->database);
    case ER_NO_SUCH_TABLE:
    case ER_BAD_FIELD_ERROR:
    case ER_PARSE_ERROR:
      return g_strdup_printf (_("The database can’t answer the query: %s. Check the query."), message);
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_UNKNOWN_HOST:
      return g_strdup_printf (_("The database can’t be reached: %s. Check its address, and whether it is running."), message);
    case CR_SSL_CONNECTION_ERROR:
      return g_strdup_printf (_("The connection to the database can’t be secured: %s. Check its certificate."), message);
    case CR_PLUGIN_NOT_ALLOWED:
      return g_strdup_printf (_("The database wants to be told the password itself. Choose the file with its certificate, or have its "
                                "administrator let the user “%s” log in another way."), self->user);
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
      return g_strdup (_("The database doesn’t answer. Check whether it is running."));
    default:
      return g_strdup_printf (_("The database can’t be asked: %s."), message);
    }
}

static gboolean
fail (CsOrderDatabaseConnection  *self,
      guint                       number,
      const char                 *message,
      GError                    **error)
{
  g_autofree char *line = take_message (message);
  g_autofree char *text = describe (self, number, line);

  g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE, _("%s Callers are asked to try again later."), text);
  return FALSE;
}

static gboolean
fail_query (CsOrderDatabaseConnection  *self,
            GError                    **error)
{
  return fail (self, mysql_stmt_errno (self->query), mysql_stmt_error (self->query), error);
}

static gboolean
is_this_computer (const CsOrderDatabaseSettings *settings)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (settings->host);

  return *settings->socket != '\0' || g_ascii_strcasecmp (settings->host, "localhost") == 0
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

static void
set_options (MYSQL                         *mysql,
             const CsOrderDatabaseSettings *settings)
{
  const guint seconds = CS_ORDER_DATABASE_SECONDS, no_files = 0;
  const gsize max_packet = MAX_PACKET;
  int protocol = *settings->socket != '\0' ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
  const my_bool is_secured = settings->tls == CS_ORDER_TLS_REQUIRED
                             || (settings->tls == CS_ORDER_TLS_AUTO && !is_this_computer (settings));

  mysql_options (mysql, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_options (mysql, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  mysql_options (mysql, MYSQL_OPT_READ_TIMEOUT, &seconds);
  mysql_options (mysql, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
  mysql_options (mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &max_packet);
  mysql_options (mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  /* A server could otherwise ask for any file of the user's. */
  mysql_options (mysql, MYSQL_OPT_LOCAL_INFILE, &no_files);
  mysql_options (mysql, MARIADB_OPT_RESTRICTED_AUTH,
                 is_secured && *settings->ca_file == '\0' && mysql_get_client_version () >= PROVING_CLIENT ? PROVING_PLUGINS : PLUGINS);
  /* Of itself the client wants a certificate since 3.4, even of a database that has none and needs none. */
  mysql_options (mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &is_secured);
  if (is_secured)
    {
      mysql_options (mysql, MYSQL_OPT_SSL_ENFORCE, &is_secured);
      if (*settings->ca_file != '\0')
        mysql_options (mysql, MYSQL_OPT_SSL_CA, settings->ca_file);
    }
}

/* What the server should know of us: nothing is written, one row is enough, and a query that hangs ends by itself. Each family of
 * servers knows only its own limit of time, and all of it is but a help. */
static void
set_session (MYSQL *mysql)
{
  static const char *const statements[] = {
    "SET SESSION TRANSACTION READ ONLY",
    "SET SESSION sql_select_limit = 1",
    "SET SESSION max_statement_time = 2",
    "SET SESSION max_execution_time = 2000",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      if (mysql_query (mysql, statements[i]) != 0)
        g_debug ("%s: %s", statements[i], mysql_error (mysql));
    }
}

static gboolean
prepare (CsOrderDatabaseConnection  *self,
         const char                 *query,
         GError                    **error)
{
  self->query = mysql_stmt_init (self->mysql);
  if (self->query == NULL)
    return fail (self, mysql_errno (self->mysql), mysql_error (self->mysql), error);
  if (mysql_stmt_prepare (self->query, query, strlen (query)) != 0)
    return fail_query (self, error);
  if (mysql_stmt_param_count (self->query) == 1 && mysql_stmt_field_count (self->query) == 1)
    return TRUE;
  g_set_error_literal (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE,
                       _("The query must have one ? and ask for one column, the state of the order. "
                         "Callers are asked to try again later."));
  return FALSE;
}

/* Makes an order's state of what stands in the column. */
static gboolean
read_state (const char    *text,
            gsize          length,
            CsOrderState  *state,
            GError       **error)
{
  g_autofree char *word = g_strndup (text, MIN (length, MAX_WORD)), *shown = NULL;

  if (length <= MAX_WORD && strlen (word) == length && cs_order_state_parse (word, state))
    return TRUE;
  shown = take_message (word);
  g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT,
               _("The database says “%s”, which is no state of an order. It may say 0 to 3, or a word such as pending. "
                 "Callers are asked to try again later."), shown);
  return FALSE;
}

static gboolean
execute (CsOrderDatabaseConnection  *self,
         const char                 *customer,
         GError                    **error)
{
  unsigned long length = strlen (customer);
  MYSQL_BIND parameter = {
    .buffer_type = MYSQL_TYPE_STRING, .buffer = (void *) customer, .buffer_length = length, .length = &length,
  };

  if (mysql_stmt_bind_param (self->query, &parameter) != 0 || mysql_stmt_execute (self->query) != 0)
    return fail_query (self, error);
  return TRUE;
}

/* Connects and prepares the query. Fails with CS_ORDER_ERROR_UNAVAILABLE. (transfer full) */
CsOrderDatabaseConnection *
cs_order_database_connection_open (const CsOrderDatabaseSettings  *settings,
                                   GError                        **error)
{
  g_autoptr (CsOrderDatabaseConnection) self = g_new0 (CsOrderDatabaseConnection, 1);

  self->user = g_strdup (settings->user);
  self->database = g_strdup (settings->database);
  self->mysql = mysql_init (NULL);
  set_options (self->mysql, settings);
  if (mysql_real_connect (self->mysql, settings->host, settings->user, settings->password, settings->database, settings->port,
                          *settings->socket != '\0' ? settings->socket : NULL, 0) == NULL)
    {
      fail (self, mysql_errno (self->mysql), mysql_error (self->mysql), error);
      return NULL;
    }

  set_session (self->mysql);
  return prepare (self, settings->query, error) ? g_steal_pointer (&self) : NULL;
}

void
cs_order_database_connection_close (CsOrderDatabaseConnection *self)
{
  if (self->query != NULL)
    mysql_stmt_close (self->query);
  mysql_close (self->mysql);
  g_free (self->user);
  g_free (self->database);
  g_free (self);
}

/* Asks for the order of a customer; of several rows the first counts, and no state is no order. After CS_ORDER_ERROR_UNAVAILABLE
 * the connection is of no more use; after CS_ORDER_ERROR_CONTENT it is. */
gboolean
cs_order_database_connection_look_up (CsOrderDatabaseConnection  *self,
                                      const char                 *customer,
                                      gboolean                   *is_found,
                                      CsOrderState               *state,
                                      GError                    **error)
{
  char text[MAX_WORD + 1];
  unsigned long length = 0;
  my_bool is_null = FALSE, is_cut = FALSE;
  MYSQL_BIND column = {
    .buffer_type = MYSQL_TYPE_STRING, .buffer = text, .buffer_length = sizeof text, .length = &length, .is_null = &is_null,
    .error = &is_cut,
  };
  gboolean is_read = FALSE;
  int result;

  *is_found = FALSE;
  if (!execute (self, customer, error))
    return FALSE;
  if (mysql_stmt_bind_result (self->query, &column) != 0)
    return fail_query (self, error);

  result = mysql_stmt_fetch (self->query);
  if (result == MYSQL_NO_DATA || ((result == 0 || result == MYSQL_DATA_TRUNCATED) && is_null))
    is_read = TRUE;
  else if (result == 0 || result == MYSQL_DATA_TRUNCATED)
    is_read = *is_found = read_state (text, length, state, error);
  else
    return fail_query (self, error);
  mysql_stmt_free_result (self->query);
  return is_read;
}
