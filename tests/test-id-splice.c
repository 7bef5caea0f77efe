/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-id-splice.h"

static GArray *
make_list (const gint64 *ids,
           guint         n)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_vals (list, ids, n);
  return list;
}

/* Carries all changes out; returns how many there were. */
static guint
make_alike (GArray *present,
            GArray *wanted,
            guint   max)
{
  CsIdSplice next = { 0 };
  guint n = 0;

  while (cs_id_splice_find_next (&next, present, wanted, n + 1 == max)) {
    g_assert_cmpuint (++n, <=, max);
    if (next.n_removed > 0)
      g_array_remove_range (present, next.position, next.n_removed);
    if (next.n_added > 0)
      g_array_insert_vals (present, next.position, next.added, next.n_added);
  }
  g_assert_cmpmem (present->data, present->len * sizeof (gint64), wanted->data, wanted->len * sizeof (gint64));
  return n;
}

static void
test_few_changes_where_few_do (void)
{
  static const struct {
    gint64 present[6];
    guint n_present;
    gint64 wanted[6];
    guint n_wanted;
    guint n_changes;
  } cases[] = {
    { { 0 }, 0, { 0 }, 0, 0 },
    { { 3, 2, 1 }, 3, { 3, 2, 1 }, 3, 0 },
    { { 3, 2, 1 }, 3, { 4, 3, 2, 1 }, 4, 1 },
    { { 3, 2, 1 }, 3, { 3, 1 }, 2, 1 },
    { { 3, 2, 1 }, 3, { 0 }, 0, 1 },
    { { 0 }, 0, { 3, 2, 1 }, 3, 1 },
    { { 5, 4, 3, 2, 1 }, 5, { 6, 5, 4, 2, 1 }, 5, 2 },
    { { 5, 4, 3, 2, 1 }, 5, { 9, 8, 7 }, 3, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GArray) present = make_list (cases[i].present, cases[i].n_present);
    g_autoptr (GArray) wanted = make_list (cases[i].wanted, cases[i].n_wanted);

    g_assert_cmpuint (make_alike (present, wanted, 16), ==, cases[i].n_changes);
  }
}

static void
test_any_list_becomes_any_other (void)
{
  for (guint round = 0; round < 2000; round++) {
    g_autoptr (GArray) present = make_list (NULL, 0);
    g_autoptr (GArray) wanted = make_list (NULL, 0);

    for (gint64 id = g_test_rand_int_range (0, 600); id > 0; id--) {
      int where = g_test_rand_int_range (0, 12);

      if (where != 0)
        g_array_append_val (present, id);
      if (where != 1)
        g_array_append_val (wanted, id);
    }
    make_alike (present, wanted, (guint) g_test_rand_int_range (1, 20));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id-splice/few-changes-where-few-do", test_few_changes_where_few_do);
  g_test_add_func ("/id-splice/any-list-becomes-any-other", test_any_list_becomes_any_other);
  return g_test_run ();
}
