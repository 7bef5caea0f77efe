/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "charts/cs-dashboard-page.h"

G_BEGIN_DECLS

GtkPrintOperation *cs_export_print_new (CsDashboardPage *page);

G_END_DECLS
