# Puts the file PART in the place of MARK in the file IN, and writes OUT.
file(READ ${IN} page)
file(READ ${PART} part)
string(REPLACE "${MARK}" "${part}" page "${page}")
file(WRITE ${OUT} "${page}")
