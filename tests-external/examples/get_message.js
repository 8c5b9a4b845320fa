var myHeaders = new Headers();
myHeaders.append("Authorization", `Bearer ${bearerToken}`);
var requestOptions = {
  method: "GET",
  headers: myHeaders,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/message/ce2400ec-f80a-4509-bcd3-5aa5a96a4bdf", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
