/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine-fixture.h"

static void
on_news (CsEngine *engine,
         gpointer  data)
{
  g_autoptr (GPtrArray) news = cs_engine_take_news (engine);
  GArray *told = data;

  for (guint i = 0; news != NULL && i < news->len; i++)
    g_array_append_val (told, ((CsNews *) g_ptr_array_index (news, i))->call_id);
}

/* Nobody listened when the call was missed, as when the program dies behind the commit: it is told after the next start, once. */
static void
test_missed_call_is_told_after_a_restart (void)
{
  g_autoptr (Plant) plant = plant_new_running ();
  g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (gint64));

  post (plant, "newCall a");
  post (plant, "hangup a cause=cancel");
  cs_engine_stop (plant->engine);

  g_signal_connect (plant->engine, "news", G_CALLBACK (on_news), told);
  start (plant);
  while (told->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (told->len, ==, 1);
  cs_engine_note_told (plant->engine, told);
  cs_engine_stop (plant->engine);

  start (plant);
  post (plant, "newCall b from=4930555");
  post (plant, "hangup b cause=cancel");
  while (told->len == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (told->len, ==, 2);
  g_assert_cmpint (g_array_index (told, gint64, 0), !=, g_array_index (told, gint64, 1));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-news/untold-is-told-after-a-restart", test_missed_call_is_told_after_a_restart);
  return g_test_run ();
}
