# What the machine needs, and the demo. Variables: demo/settings.env.
.PHONY: platform demo-up demo-down demo-info

platform:
	@demo/platform/platform.sh

demo-up: platform
	@demo/demo.sh up

demo-down:
	@demo/demo.sh down

demo-info:
	@demo/demo.sh info
