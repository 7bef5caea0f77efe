/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "mariadb-fixture.h"
#include "orders/cs-order-database.h"
#include "orders/cs-order-error.h"

/* What the tests of the order database share: a server with a shop's data, and look-ups in it. */

#define PASSWORD "pa'ss%s\"word"
/* What a caller may have to wait, with all that a loaded machine adds. */
#define LIMIT_US (2500 * 1000)
#define NOT_AT_ONCE_US (1500 * 1000)

static Mariadb *server;

/* An answer on its way. */
typedef struct {
  gboolean is_done;
  gboolean is_found;
  CsOrderState state;
  GError *error;       /* (owned) (nullable) */
  gint64 duration_us;
  gint64 began_us;
} Answer;

static inline void
answer_free (Answer *answer)
{
  g_clear_error (&answer->error);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

static inline CsOrderDatabaseSettings
make_settings (const char *query)
{
  return (CsOrderDatabaseSettings) {
    .host = "", .socket = server->socket, .database = "shop", .user = "reader", .password = PASSWORD, .ca_file = "", .query = query,
  };
}

static inline CsOrderDatabaseSettings
make_tcp_settings (const char *host,
                   guint16     port)
{
  CsOrderDatabaseSettings settings = make_settings (CS_ORDER_DATABASE_QUERY);

  settings.host = host;
  settings.port = port;
  settings.socket = "";
  return settings;
}

static inline CsOrderSource *
make_source (const CsOrderDatabaseSettings *settings)
{
  g_autoptr (GError) error = NULL;
  CsOrderSource *source = cs_order_database_new (settings, &error);

  g_assert_no_error (error);
  return source;
}

static inline void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Answer *answer = data;

  cs_order_source_look_up_finish (CS_ORDER_SOURCE (source), result, &answer->is_found, &answer->state, &answer->error);
  answer->duration_us = g_get_monotonic_time () - answer->began_us;
  answer->is_done = TRUE;
}

static inline Answer *
begin (CsOrderSource *source,
       const char    *customer,
       GCancellable  *cancellable)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->began_us = g_get_monotonic_time ();
  cs_order_source_look_up_async (source, customer, cancellable, on_answer, answer);
  g_assert_cmpint (g_get_monotonic_time () - answer->began_us, <, NOT_AT_ONCE_US);
  return answer;
}

static inline void
wait_for (Answer *answer)
{
  while (!answer->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static inline Answer *
look_up (CsOrderSource *source,
         const char    *customer)
{
  Answer *answer = begin (source, customer, NULL);

  wait_for (answer);
  return answer;
}

static inline void
assert_state (CsOrderSource *source,
              const char    *customer,
              CsOrderState   state)
{
  g_autoptr (Answer) answer = look_up (source, customer);

  g_assert_no_error (answer->error);
  g_assert_true (answer->is_found);
  g_assert_cmpint (answer->state, ==, state);
}

static inline void
assert_not_found (CsOrderSource *source,
                  const char    *customer)
{
  g_autoptr (Answer) answer = look_up (source, customer);

  g_assert_no_error (answer->error);
  g_assert_false (answer->is_found);
}

/* The look-up fails with a sentence that says so much. */
static inline void
assert_fails (CsOrderSource *source,
              const char    *customer,
              CsOrderError   code,
              const char    *part)
{
  g_autoptr (Answer) answer = look_up (source, customer);

  g_assert_error (answer->error, CS_ORDER_ERROR, (int) code);
  if (strstr (answer->error->message, part) == NULL)
    g_error ("“%s” is not in “%s”", part, answer->error->message);
  g_assert_nonnull (strstr (answer->error->message, "Callers are asked to try again later."));
  g_assert_null (strstr (answer->error->message, PASSWORD));
  g_assert_true (g_utf8_validate (answer->error->message, -1, NULL));
  g_assert_null (strchr (answer->error->message, '\n'));
  g_assert_cmpuint (strlen (answer->error->message), <, 1000);
  g_assert_cmpint (answer->duration_us, <, LIMIT_US);
}

static inline void
assert_settings_fail (const CsOrderDatabaseSettings *settings,
                      const char                    *part)
{
  g_autoptr (CsOrderSource) source = make_source (settings);

  assert_fails (source, "1", CS_ORDER_ERROR_UNAVAILABLE, part);
}

static inline void
fill (void)
{
  static const char *const statements[] = {
    "CREATE DATABASE shop",
    "CREATE TABLE shop.customer (id VARCHAR(20) PRIMARY KEY, order_status ENUM ('received', 'pending', 'fulfilled', 'cancelled'), "
    "number TINYINT, word TEXT)",
    "INSERT INTO shop.customer VALUES ('00000001', 'received', 0, 'New'), ('00000002', 'pending', 1, ' In Progress '), "
    "('00000003', 'fulfilled', 2, 'SHIPPED'), ('00000004', 'cancelled', 3, 'storniert')",
    "CREATE TABLE shop.hostile (id VARCHAR(20) PRIMARY KEY, value LONGBLOB)",
    "INSERT INTO shop.hostile VALUES ('1', NULL), ('2', ''), ('3', 'Robert\\'); DROP TABLE customer;--'), "
    "('4', '%s%n%s%n <b>&amp;</b>'), ('5', x'310000'), ('6', x'fffe80'), ('7', REPEAT('x', 300 * 1024)), ('8', 'a\\nb\\r'), "
    "('9', '4'), ('10', '-1'), ('11', '18446744073709551616'), ('12', x'70656e64696e67ff78'), ('100', '2')",
    "CREATE DATABASE vault",
    "CREATE TABLE vault.secret (id INT, value INT)",
    "CREATE FUNCTION shop.spoil (a INT) RETURNS INT MODIFIES SQL DATA BEGIN DELETE FROM shop.customer; RETURN 1; END",
    "CREATE USER reader IDENTIFIED BY 'pa\\'ss%s\"word'",
    "GRANT SELECT ON shop.* TO reader",
    "GRANT EXECUTE ON FUNCTION shop.spoil TO reader",
    "FLUSH PRIVILEGES",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    mariadb_sql (server, statements[i]);
}

static inline void
skip_server (void)
{
  g_test_skip ("MariaDB (mariadb-server-core) isn't installed");
}

/* Runs the tests that add_tests adds, on one server for all of them; without MariaDB says that they are skipped. */
static inline int
run_on_server (const char *path,
               void      (*add_tests) (void))
{
  int status;

  server = mariadb_new ();
  if (server == NULL)
    {
      g_test_add_func (path, skip_server);
      return g_test_run ();
    }
  fill ();
  add_tests ();
  status = g_test_run ();
  mariadb_free (server);
  return status;
}
