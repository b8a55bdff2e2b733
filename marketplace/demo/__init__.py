"""An example market: invented shops in real places, the same for everybody who starts one."""
