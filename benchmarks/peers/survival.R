# Aalen-Johansen estimates of R's survival, timed; called by estimation.py, with a folder.
# In the folder: columns.bin, int32 columns stage, to, entry, age one after another, and rows.txt.
suppressMessages(library(survival))
folder <- commandArgs(trailingOnly = TRUE)[1]
rows <- scan(file.path(folder, "rows.txt"), quiet = TRUE)
columns <- matrix(readBin(file.path(folder, "columns.bin"), "integer", n = 4 * rows), ncol = 4)
stage <- columns[, 1]
event <- factor(columns[, 2])  # level 0 is censored
start <- as.numeric(columns[, 3])  # a stay is at risk on (entry, age + 1]
stop <- columns[, 4] + 1
id <- seq_len(rows)

curves <- function(fit, file) {
  states <- fit$pstate
  colnames(states) <- fit$states
  out <- data.frame(stage = rep(names(fit$strata), fit$strata), time = fit$time, states,
                    check.names = FALSE)
  out$stage <- sub("stage=", "", out$stage)
  write.csv(format(out, digits = 17, trim = TRUE), file, row.names = FALSE, quote = FALSE)
}

seconds <- function(took) sum(took[c("user.self", "sys.self")])  # of the processor

whole <- seconds(system.time(fit <- survfit(Surv(stop, event) ~ stage, se.fit = FALSE)))
curves(fit, file.path(folder, "whole.csv"))
entered <- seconds(system.time(
  late <- survfit(Surv(start, stop, event) ~ stage, id = id, se.fit = FALSE)
))
curves(late, file.path(folder, "late.csv"))
cat(whole, entered, as.character(packageVersion("survival")), R.version$major, R.version$minor, "\n")
