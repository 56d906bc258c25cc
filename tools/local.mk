# The demo program, and the scripts that travel with the source.

EXTRA_DIST += \
	%D%/bootstrap \
	%D%/spec2def \
	$(NULL)
